'use client';
import { Chip } from '#components/chip.tsx';
import { ChoiceList } from '#components/choice-list.tsx';
import { useGo } from './navigation.tsx';
import { hrefOf, type Params } from './view.ts';
import { dimensionLabels } from './words.ts';

/** By which dimension a tile breaks its numbers down; kept in the address. */
export function By({
  path,
  params,
  names,
  chosen,
}: {
  path: string;
  params: Params;
  names: readonly string[];
  chosen: string;
}) {
  const go = useGo();
  return (
    <Chip name="By" value={dimensionLabels[chosen] ?? chosen}>
      {(close) => (
        <ChoiceList
          label="Break down by"
          items={names.map((id) => ({ id, label: dimensionLabels[id] ?? id }))}
          chosen={chosen}
          onChoose={(by) => {
            close();
            go(hrefOf(path, params, { by }));
          }}
        />
      )}
    </Chip>
  );
}
