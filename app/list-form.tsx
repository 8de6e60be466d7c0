'use client';
import { useEffect, useRef, useState } from 'react';
import { useGo } from './navigation.tsx';
import { hrefOf, type Params } from './view.ts';

/** Search as one types, and which outcome; the address keeps both. */
export function ListForm({
  path,
  params,
  search,
  outcome,
  outcomes = [],
  files,
}: {
  path: string;
  params: Params;
  search: string;
  outcome?: string;
  outcomes?: readonly string[];
  files: { csv: string; parquet: string };
}) {
  const go = useGo();
  const [text, setText] = useState(search);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const find = (wanted: string) =>
    go(hrefOf(path, params, { search: wanted || null, sort: sortNow() }));
  return (
    <search>
      <form
        className="choose"
        onSubmit={(event) => {
          event.preventDefault();
          clearTimeout(timer.current);
          find(text);
        }}
      >
        <label>
          Search{' '}
          <input
            type="search"
            name="search"
            value={text}
            placeholder="name, account or id"
            onChange={({ target: { value } }) => {
              setText(value);
              clearTimeout(timer.current);
              timer.current = setTimeout(() => find(value), 350);
            }}
          />
        </label>
        {outcomes.length ? (
          <fieldset className="segments">
            <legend className="hidden">Outcome</legend>
            {outcomes.map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={each === outcome}
                onClick={() =>
                  go(
                    hrefOf(path, params, {
                      outcome: each === 'open' ? null : each,
                      sort: sortNow(),
                    }),
                  )
                }
              >
                {each}
              </button>
            ))}
          </fieldset>
        ) : null}
        <span className="muted">
          All rows as <a href={files.csv}>CSV</a> or <a href={files.parquet}>Parquet</a>
        </span>
      </form>
    </search>
  );
}

/** The order that the table wrote into the address since the page came. */
const sortNow = (): string | null => new URLSearchParams(window.location.search).get('sort');
