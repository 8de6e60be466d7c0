import type { Risks } from '#warehouse/risks/answer.ts';
import { DotInterval, dotIntervalTable } from '#components/dot-interval.tsx';
import { formatDay, formatMoney, formatValue } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { Choose } from '../choose.tsx';
import { Later } from '../later.tsx';
import { type Opened, openPage } from '../open.ts';
import { Sentence } from '../sentence.tsx';
import { Shell } from '../shell.tsx';
import { Tile } from '../tile.tsx';
import { hrefOf, isPast, lasting, one, type Params } from '../view.ts';
import { bySalesman } from './by-salesman.ts';
import { RiskLine } from './risk-line.tsx';
import { riskSentence } from './sentence.ts';

const path = '/risk';
const shown = 20;
const all = 'all';

/** Where money is at stake, why, how sure that is, and what to do first. */
export default async function Risk({ searchParams }: { searchParams: Promise<Params> }) {
  const page = await openPage(searchParams);
  const { params, options, view, ask } = page;
  const { where, period, asOf, knownAt } = view;
  const found = ask.risks({ where, period, asOf, knownAt, limit: 1000 });
  // A failure is shown where it belongs; until then nobody may call it unhandled.
  found.catch(() => undefined);
  return (
    <Shell path={path} current={path} params={params} view={view} options={options}>
      <Later shape="sentence" load={() => found}>
        {(risks) => (
          <Sentence pieces={riskSentence(risks, { past: isPast(view) })} hrefOf={() => path} />
        )}
      </Later>
      <div className="grid">
        <Ranked page={page} found={found} />
        <Later shape="bars" tile={tiles.people} load={() => found}>
          {(risks) => <People risks={risks} params={params} />}
        </Later>
        <Later shape="bars" tile={tiles.rules} load={() => found}>
          {(risks) => <Rules risks={risks} params={params} />}
        </Later>
      </div>
    </Shell>
  );
}

const tiles = {
  ranked: {
    span: 12,
    title: 'By what is at stake',
    note: 'Amount × the chance lost to what the rules warn of, each opportunity counted once',
  },
  people: {
    span: 5,
    title: 'By salesman',
    note: 'What is at stake with whom; where to help, not whom to blame',
  },
  rules: {
    span: 7,
    title: 'What each rule is worth',
    note: 'Wins of opportunities that it named, against like ones in the same stage with as much time left; below 1 they were won less often',
  },
} as const;

/** The opportunities, by all rules or only one. */
function Ranked({ page, found }: { page: Opened; found: Promise<Risks> }) {
  const { params, view, ask } = page;
  const { where, period, asOf, knownAt } = view;
  const wanted = one(params.risk);
  const load = async () => {
    const whole = await found;
    const rule = whole.rules.find((each) => each.rule === wanted)?.rule;
    if (!rule) return { whole, risks: whole, rule: all };
    const risks = await ask.risks({
      where,
      period,
      asOf,
      knownAt,
      rule,
      hygiene: true,
      limit: 1000,
    });
    return { whole, risks, rule };
  };
  return (
    <Later shape="table" tile={tiles.ranked} load={load}>
      {({ whole, risks, rule }) => (
        <Tile {...tiles.ranked}>
          <p className="choose">
            <Choose
              name="Rule"
              label="Named by"
              path={path}
              params={{ ...lasting(params), risk: params.risk }}
              param="risk"
              items={[
                { id: all, label: 'any rule that predicts' },
                ...whole.rules
                  .filter(({ count }) => count > 0)
                  .map(({ rule: id, label, count, demoted }) => ({
                    id,
                    label: `${label} (${count}${demoted ? ', hygiene' : ''})`,
                  })),
              ]}
              chosen={rule}
            />
          </p>
          <List risks={risks} params={params} />
        </Tile>
      )}
    </Later>
  );
}

function List({ risks, params }: { risks: Risks; params: Params }) {
  const { currency, count } = risks;
  const rows = risks.opportunities.slice(0, shown);
  return (
    <>
      {rows.length ? null : (
        <p className="empty">
          No rule names an opportunity that is expected in this period. Widen the period.
        </p>
      )}
      <ol className="risks">
        {rows.map((item) => (
          <RiskLine key={item.opportunity} item={item} currency={currency} params={params} />
        ))}
      </ol>
      <p className="muted">
        {formatValue(count, 'count')} opportunities, {formatMoney(risks.money, { currency })} at
        stake of {formatMoney(risks.exposed, { currency })}
        {count > rows.length ? `; the ${rows.length} with most at stake are shown` : ''}. Chances
        are those to be won by {formatDay(risks.until)}. {risks.notes.join(' ')}
      </p>
    </>
  );
}

function People({ risks, params }: { risks: Risks; params: Params }) {
  const { currency } = risks;
  return (
    <Tile {...tiles.people}>
      <Table
        caption="At stake by salesman"
        empty="Nothing is at stake."
        columns={[
          {
            name: 'salesman',
            label: 'Salesman',
            unit: 'text',
            href: ({ salesman }) =>
              hrefOf(path, lasting(params), {
                salesman: salesman === null ? '-' : String(salesman),
              }),
          },
          { name: 'count', label: 'Opportunities', unit: 'count' },
          { name: 'money', label: 'At stake', unit: 'money', currency },
          { name: 'reason', label: 'Most by', unit: 'text' },
        ]}
        rows={bySalesman(risks.opportunities)}
      />
    </Tile>
  );
}

function Rules({ risks: { rules, currency, basis }, params }: { risks: Risks; params: Params }) {
  const measured = rules
    .filter(({ lift }) => lift !== null)
    .sort((a, b) => Number(a.lift) - Number(b.lift));
  const props = {
    measure: { unit: 'times' as const },
    band: { low: 1, high: 1, label: 'as like ones' },
    words: { label: 'Rule', value: 'Lift', interval: '95 % interval' },
    rows: measured.map(({ rule, label, lift, low, high, n, demoted, money }) => ({
      label,
      value: lift,
      low,
      high,
      notes: [
        demoted ? 'hygiene' : formatMoney(money, { currency }),
        `n = ${formatValue(n, 'count')}`,
      ],
      href: hrefOf(path, lasting(params), { risk: rule }),
    })),
  };
  return (
    <Tile
      {...tiles.rules}
      hasChart
      table={
        <>
          <Table {...dotIntervalTable(props)} />
          <Table
            caption="What each rule says"
            columns={[
              { name: 'label', label: 'Rule', unit: 'text' },
              { name: 'words', label: 'Measured', unit: 'text', isWrapped: true },
              { name: 'limit', label: 'Names when', unit: 'text', isWrapped: true },
              { name: 'count', label: 'Named now', unit: 'count' },
              { name: 'exposed', label: 'Their value', unit: 'money', currency },
            ]}
            rows={rules.map((rule) => ({ ...rule }))}
          />
        </>
      }
    >
      <DotInterval {...props} />
      <p className="muted">
        Measured on {formatValue(basis.opportunities, 'count')} past opportunities, looked at{' '}
        {formatValue(basis.states, 'count')} times, as they stood then, until{' '}
        {formatDay(basis.learnedOn)}; learned again at each month's end. A rule whose interval holds
        1, or that named fewer than 50, is hygiene: it has no money.
      </p>
    </Tile>
  );
}
