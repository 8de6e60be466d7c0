'use client';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { Drawer } from '#components/drawer.tsx';
import { type Command, Palette } from '#components/palette.tsx';
import { openPalette } from './bar.tsx';
import { useGo } from './navigation.tsx';
import { pages } from './nav.ts';
import { nobody } from './salesmen/span.ts';
import { useTRPCClient } from './trpc-client.tsx';
import { hrefOf, lasting, type Params, receiptHref, toQuery, type View } from './view.ts';

const hints: [string, string][] = [
  ['Ctrl K or ⌘ K', 'go to any page, salesman, account, opportunity or metric'],
  ['1 to 9', 'the pages in the order of the rail'],
  ['/', 'search in a list'],
  ['Tab, Enter', 'go through and open what stands on the page; every number opens its receipt'],
  [
    'Arrow keys',
    'go through the marks of a chart, the rows of a table, the days of the as-of slider',
  ],
  ['Escape', 'close what is open'],
  ['?', 'this list'],
];

/** The keyboard's ways: the palette, the pages by number, help. */
export function Keys({
  path,
  params,
  view,
  metrics,
}: {
  path: string;
  params: Params;
  view: View;
  metrics: { name: string; label: string }[];
}) {
  const go = useGo();
  const client = useTRPCClient();
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const kept = useMemo(() => lasting(params), [params]);
  const commands: (Command & { href: string })[] = [
    ...pages.map(({ href, label }) => ({
      id: href,
      label,
      group: 'Pages',
      href: hrefOf(href, kept),
    })),
    ...metrics.map(({ name, label }) => ({
      id: `metric ${name}`,
      label,
      detail: 'its receipt in this view',
      group: 'Metrics',
      href: receiptHref(path, kept, toQuery(view, [name])),
    })),
  ];
  const search = useCallback(
    async (text: string) =>
      (await client.search.query({ text })).map(({ kind, id, label, detail }) => ({
        id: `${kind} ${id}`,
        label,
        detail,
        group: groups[kind],
        href: hrefOf(
          `${places[kind]}/${encodeURIComponent(id)}`,
          kept,
          kind === 'salesman' ? nobody : {},
        ),
      })),
    [client, kept],
  );
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setPaletteOpen(true);
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      const page = pages[Number(event.key) - 1];
      if (event.key === '?') setHelpOpen(true);
      else if (page) go(hrefOf(page.href, kept));
      else if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
        if (field) event.preventDefault();
        field?.focus();
      }
    };
    const open = () => setPaletteOpen(true);
    document.addEventListener('keydown', onKey);
    window.addEventListener(openPalette, open);
    return () => {
      document.removeEventListener('keydown', onKey);
      window.removeEventListener(openPalette, open);
    };
  }, [go, kept]);
  const choose = (command: Command) => {
    const { href } = command as Command & { href: string };
    if (command.group === 'Metrics') window.history.pushState(null, '', href);
    else go(href);
  };
  return (
    <>
      <Palette
        isOpen={isPaletteOpen}
        onOpenChange={setPaletteOpen}
        commands={commands}
        search={search}
        onChoose={choose}
      />
      <Drawer title="Keyboard" isOpen={isHelpOpen} onClose={() => setHelpOpen(false)}>
        <dl className="keys">
          {hints.map(([key, meaning]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </Drawer>
    </>
  );
}

const groups = { opportunity: 'Opportunities', account: 'Accounts', salesman: 'Salesmen' } as const;

const places = {
  opportunity: '/opportunities',
  account: '/accounts',
  salesman: '/salesmen',
} as const;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName) ||
    target.closest('[role="listbox"],[role="menu"],[role="slider"]') !== null);
