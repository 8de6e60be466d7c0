'use client';
import { Chip } from '#components/chip.tsx';
import { ChoiceList } from '#components/choice-list.tsx';
import { useGo } from './navigation.tsx';
import { hrefOf, type Params } from './view.ts';

/** One choice of a page or tile, kept in the address as one parameter. */
export function Choose({
  name,
  label,
  path,
  params,
  param,
  items,
  chosen,
}: {
  name: string;
  label: string;
  path: string;
  params: Params;
  param: string;
  items: { id: string; label: string }[];
  chosen: string;
}) {
  const go = useGo();
  return (
    <Chip name={name} value={items.find(({ id }) => id === chosen)?.label ?? chosen}>
      {(close) => (
        <ChoiceList
          label={label}
          items={items}
          chosen={chosen}
          onChoose={(id) => {
            close();
            go(hrefOf(path, params, { [param]: id }));
          }}
        />
      )}
    </Chip>
  );
}
