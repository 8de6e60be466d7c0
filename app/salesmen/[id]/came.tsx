import type { ComparedPart } from '#warehouse/comparison-answer.ts';
import type { SalesmanProfile } from '#warehouse/salesman-answer.ts';
import { StageBars, type StageBarsProps, stageBarsTable } from '#components/stage-bars.tsx';
import { formatRatio } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { Later } from '../../later.tsx';
import { Tile } from '../../tile.tsx';
import { comparedHref, type Person } from './person.ts';

const tile = {
  span: 5,
  title: 'Begun and taken over',
  note: 'Bar: closed; dots: won ● and won as expected of such opportunities ○',
} as const;

/** What came of opportunities he had first, beside those that came to him from another. */
export function Came({ person, load }: { person: Person; load: () => Promise<SalesmanProfile> }) {
  return (
    <Later shape="bars" tile={tile} load={load}>
      {({ compared }) => {
        if (!compared)
          return (
            <Tile {...tile}>
              <p className="empty">Nothing was closed in {person.words}.</p>
            </Tile>
          );
        const { originated, inherited } = compared;
        const bar = (label: string, part: 'originated' | 'inherited', told: ComparedPart) => ({
          label,
          value: told.closings,
          hollow: told.closings ? told.expectedWon : null,
          solid: told.closings ? told.won : null,
          notes: [told.closings ? `${told.won} of ${told.closings}` : 'none', shareOf(told)],
          href: told.closings ? comparedHref(person, { measure: 'winRate', part }) : undefined,
          level: 2 as const,
        });
        const props: StageBarsProps = {
          measure: { unit: 'count' },
          words: { label: 'How it came', value: 'Closed', hollow: 'Expected', solid: 'Won' },
          bars: [bar('Begun', 'originated', originated), bar('Taken over', 'inherited', inherited)],
        };
        return (
          <Tile {...tile} hasChart table={<Table {...stageBarsTable(props)} />}>
            <StageBars {...props} />
            <p className="muted">
              {inherited.closings
                ? 'Whoever took over is held against what was left to win at that stage.'
                : 'Nothing that was closed had come from another salesman.'}
            </p>
          </Tile>
        );
      }}
    </Later>
  );
}

const shareOf = ({ closings, won, expectedWon }: ComparedPart): string =>
  closings ? `${formatRatio(won / closings)} of ${formatRatio(expectedWon / closings)}` : '';
