import type { ReactNode } from 'react';
import type { Options, Status } from '#warehouse/answers.ts';
import { formatDay } from '#components/format.ts';
import { type PagePath, pages } from './nav.ts';
import { Receipt } from './receipt.tsx';
import { api } from './trpc.ts';
import { hrefOf, lasting, type Params, type View } from './view.ts';

/** What every page stands in: rail, filters, freshness, and the receipt that is open. */
export async function Shell({
  path,
  current,
  params,
  view,
  options,
  children,
}: {
  path: string;
  current: PagePath;
  params: Params;
  view: View;
  options: Options;
  children: ReactNode;
}) {
  const status = await (await api()).status();
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <nav className="rail" aria-label="Pages">
        <span className="brand">Plumbline</span>
        {pages.map(({ href, label }) => (
          <a
            key={href}
            href={hrefOf(href, lasting(params))}
            aria-current={href === current ? 'page' : undefined}
          >
            {label}
          </a>
        ))}
        <Freshness status={status} />
      </nav>
      <Filters path={path} params={params} view={view} options={options} />
      <main id="main" className="page">
        {status.warning ? <p className="warning">{status.warning}</p> : null}
        {children}
      </main>
      <Receipt path={path} params={params} />
    </div>
  );
}

function Freshness({ status }: { status: Status }) {
  return (
    <p className="freshness">
      {status.sources.map(({ source, freshAt, error }) => (
        <span key={source}>
          {source} · {freshAt ? `as of ${formatDay(freshAt)}` : 'never read'}
          {error ? ` · ${error}` : ''}
        </span>
      ))}
    </p>
  );
}

const scopes = ['director', 'team', 'salesman'] as const;
const fields = ['industry', 'region', 'segment', 'product', 'pipeline'] as const;

function Filters({
  path,
  params,
  view,
  options,
}: {
  path: string;
  params: Params;
  view: View;
  options: Options;
}) {
  const past = view.asOf !== undefined || view.knownAt !== undefined;
  const isChoice = (name: string) => (options.values[name]?.length ?? 0) > 1;
  const offered = { scopes: scopes.filter(isChoice), fields: fields.filter(isChoice) };
  return (
    <form className="filters" method="get" action={path} aria-label="Filters">
      <Choice
        name="period"
        label="Period"
        value={view.period}
        values={['all', ...options.periods]}
      />
      {offered.scopes.map((name) => (
        <Choice key={name} {...choiceOf(name, view, options)} />
      ))}
      <label data-set={past || undefined}>
        As of
        <input
          type="date"
          name="asOf"
          defaultValue={view.asOf?.slice(0, 10) ?? ''}
          min={options.firstDay}
          max={options.today}
        />
      </label>
      <details className="fields" open={offered.fields.some((name) => view.where[name])}>
        <summary>Fields</summary>
        {offered.fields.map((name) => (
          <Choice key={name} {...choiceOf(name, view, options)} />
        ))}
      </details>
      <Choice
        name="in"
        label="Currency"
        value={view.currency ?? options.currency}
        values={options.currencies}
      />
      {view.knownAt ? <input type="hidden" name="knownAt" value={view.knownAt} /> : null}
      <button type="submit">Show</button>
      {past ? (
        <a className="chip" href={hrefOf(path, params, { asOf: null, knownAt: null })}>
          {view.knownAt ? 'as known then' : 'as known now'} ✕
        </a>
      ) : null}
    </form>
  );
}

const choiceOf = (name: string, view: View, options: Options) => ({
  name,
  label: label(name),
  value: view.where[name]?.[0] ?? '',
  values: ['', ...(options.values[name] ?? []).filter((value) => value !== null)],
});

const label = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

function Choice({
  name,
  label: text,
  value,
  values,
}: {
  name: string;
  label: string;
  value: string;
  values: string[];
}) {
  return (
    <label data-set={(value !== '' && !['period', 'in'].includes(name)) || undefined}>
      {text}
      <select name={name} defaultValue={value}>
        {values.map((each) => (
          <option key={each} value={each}>
            {each === '' ? 'any' : each}
          </option>
        ))}
      </select>
    </label>
  );
}
