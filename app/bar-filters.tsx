'use client';
import { useEffect, useRef, useState } from 'react';
import { CheckList, type CheckItem } from '#components/check-list.tsx';
import { Chip } from '#components/chip.tsx';
import type { BarProps, SetParams } from './bar-props.ts';
import type { View } from './view.ts';
import { dimensionLabels } from './words.ts';

type Props = BarProps & { set: SetParams };

const scopes = ['director', 'team', 'salesman'] as const;
const scopeIds = (where: View['where']): string[] =>
  scopes.flatMap((level) => (where[level] ?? []).map((value) => `${level}:${value ?? '-'}`));

/** Whose pipeline: directors, their teams, their salesmen. */
export function Scope({ view, offer, set }: Props) {
  const [chosen, choose] = useDelayed(scopeIds(view.where), (ids) =>
    set(
      Object.fromEntries(
        scopes.map((level) => {
          const values = ids.filter((id) => id.startsWith(`${level}:`));
          return [level, values.length ? values.map((id) => id.slice(level.length + 1)) : null];
        }),
      ),
    ),
  );
  const words = chosen.map((id) => id.slice(id.indexOf(':') + 1));
  return (
    <Chip
      name="Scope"
      value={words.length ? inShort(words) : 'All teams'}
      isSet={words.length > 0}
      onClear={words.length ? () => choose([]) : undefined}
    >
      <CheckList label="People and teams" items={tree(offer)} chosen={chosen} onChange={choose} />
    </Chip>
  );
}

function tree({ teams }: BarProps['offer']): CheckItem[] {
  const items = new Map<string, CheckItem>();
  const add = (id: string, label: string, level: number) => items.set(id, { id, label, level });
  for (const { director, team, salesman } of teams) {
    if (director) add(`director:${director}`, director, 0);
    if (team) add(`team:${team}`, team, director ? 1 : 0);
    if (salesman) add(`salesman:${salesman}`, salesman, team ? 2 : 0);
  }
  return [...items.values()];
}

const fields = ['industry', 'region', 'segment', 'product', 'leadSource', 'type', 'pipeline'];

/** Which fields of business. */
export function Fields({ view, offer, set }: Props) {
  const offered = fields.filter((name) => (offer.values[name] ?? []).length > 1);
  const extra = Object.keys(view.where).filter(
    (name) => !offered.includes(name) && !(scopes as readonly string[]).includes(name),
  );
  const names = [...offered, ...extra];
  const [shown, setShown] = useState(names[0] ?? '');
  const current = Object.fromEntries(
    names.map((name) => [name, (view.where[name] ?? []).map((value) => value ?? '-')]),
  );
  const [chosen, choose] = useDelayed(current, (next) =>
    set(Object.fromEntries(names.map((name) => [name, next[name]?.length ? next[name] : null]))),
  );
  const words = names.flatMap((name) => chosen[name] ?? []);
  if (!names.length) return null;
  return (
    <Chip
      name="Fields"
      value={words.length ? inShort(words.map((word) => (word === '-' ? 'none' : word))) : 'any'}
      isSet={words.length > 0}
      onClear={words.length ? () => choose({}) : undefined}
    >
      <div className="fields">
        <div
          className="fields-names"
          role="tablist"
          aria-label="Fields"
          aria-orientation="vertical"
        >
          {names.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              aria-selected={name === shown}
              onClick={() => setShown(name)}
            >
              {dimensionLabels[name] ?? name}
              {chosen[name]?.length ? <span> {chosen[name].length}</span> : null}
            </button>
          ))}
        </div>
        <CheckList
          key={shown}
          label={dimensionLabels[shown] ?? shown}
          items={(offer.values[shown] ?? []).map((value) => ({
            id: value ?? '-',
            label: value ?? 'none',
          }))}
          chosen={chosen[shown] ?? []}
          onChange={(ids) => choose({ ...chosen, [shown]: ids })}
        />
      </div>
    </Chip>
  );
}

const inShort = (words: string[]): string =>
  words.length > 2 ? `${words[0]} and ${words.length - 1} more` : words.join(', ');

/** What is chosen shows at once; the page follows when no more is chosen for a moment. */
function useDelayed<T>(current: T, commit: (next: T) => void): [T, (next: T) => void] {
  const [next, setNext] = useState<T | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const key = JSON.stringify(current);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address changed, whoever changed it
  useEffect(() => setNext(null), [key]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const choose = (value: T) => {
    setNext(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => commit(value), 350);
  };
  return [next ?? current, choose];
}
