import { cookies } from 'next/headers';
import { type ReactNode, Suspense } from 'react';
import type { Options } from '#warehouse/answers.ts';
import type { Status } from '#warehouse/status-answer.ts';
import { formatDay, formatValue } from '#components/format.ts';
import { type Theme, ThemeToggle } from '#components/theme-toggle.tsx';
import { Bar } from './bar.tsx';
import type { Offer } from './bar-props.ts';
import { Sign } from './sign.tsx';
import { Keys } from './keys.tsx';
import { type PagePath, pages } from './nav.ts';
import { ReceiptDrawer } from './receipt.tsx';
import { api } from './trpc.ts';
import { dayOf, hrefOf, lasting, type Params, type View } from './view.ts';
import { circumstanceOf } from './words.ts';

/** What every page stands in: rail, filters, freshness, the palette, and the receipt that is open. */
export async function Shell({
  path,
  current,
  params,
  view,
  options,
  children,
}: {
  path: string;
  current: PagePath | null;
  params: Params;
  view: View;
  options: Options;
  children: ReactNode;
}) {
  const ask = await api();
  const [status, loads, catalog] = await Promise.all([ask.status(), ask.loads(), ask.catalog()]);
  const metrics = catalog.metrics.map(({ name, label }) => ({ name, label }));
  const kept = lasting(params);
  return (
    <div className="shell">
      <Rail current={current} params={kept} status={status} />
      <header className="top">
        <Bar
          path={path}
          params={{ ...params, receipt: undefined }}
          view={view}
          offer={offerOf(options, loads)}
        />
      </header>
      <main id="main" className="page">
        {status.warning ? <p className="warning">{status.warning}</p> : null}
        {children}
        <p className="printed">
          {circumstanceOf({ ...view, asOf: dayOf(view, options) })} · {status.company} · snapshot{' '}
          {status.snapshot}
        </p>
      </main>
      <Suspense>
        <ReceiptDrawer />
      </Suspense>
      <Keys path={path} params={params} view={view} metrics={metrics} />
    </div>
  );
}

type Loads = Awaited<ReturnType<Awaited<ReturnType<typeof api>>['loads']>>;

const offerOf = (options: Options, loads: Loads): Offer => ({
  currency: options.currency,
  currencies: options.currencies,
  today: options.today,
  firstDay: options.firstDay,
  periods: options.periods,
  currentPeriod: options.currentPeriod,
  teams: options.teams,
  values: options.values,
  loads: loads.slice(1, 13).map(({ load, startedAt }) => ({
    knownAt: startedAt,
    label: `load ${load}, ${formatValue(startedAt, 'instant')}`,
  })),
});

async function Rail({
  current,
  params,
  status,
}: {
  current: PagePath | null;
  params: Params;
  status: Status;
}) {
  const theme = (await cookies()).get('theme')?.value;
  return (
    <nav className="rail" aria-label="Pages">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <span className="brand">
        <Sign name="plumb" />
        <span className="rail-word">Plumbline</span>
      </span>
      {pages.map(({ href, label, icon }) => (
        <a
          key={href}
          href={hrefOf(href, params)}
          title={label}
          aria-current={href === current ? 'page' : undefined}
        >
          <Sign name={icon} />
          <span className="rail-word">{label}</span>
        </a>
      ))}
      <Freshness status={status} />
      <ThemeToggle
        className="rail-theme"
        initial={(['light', 'dark'] as Theme[]).find((t) => t === theme) ?? 'auto'}
      />
    </nav>
  );
}

/** How old the newest extract may be before the pages say that it is old. */
const staleDays = 7;

function Freshness({ status: { sources, loadedAt } }: { status: Status }) {
  return (
    <p className="freshness">
      {sources.map(({ source, freshAt, error }) => {
        const days = freshAt ? Math.floor((Date.now() - Date.parse(freshAt)) / 86_400_000) : null;
        return (
          <span key={source} data-stale={(days ?? 0) > staleDays || undefined}>
            {source} · {freshAt ? `as of ${formatDay(freshAt)}` : 'never read'}
            {days !== null && days > staleDays ? `, ${days} days ago` : ''}
            {error ? ` · ${error}` : ''}
          </span>
        );
      })}
      {loadedAt ? <span>loaded {formatValue(loadedAt, 'instant')}</span> : null}
    </p>
  );
}
