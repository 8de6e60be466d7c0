'use client';
import { useRef, useState } from 'react';
import { Button, type Key, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { answerErrorOf, failureOf, inOneLine } from './answer-error.ts';
import styles from './export-menu.module.css';
import { maybeTilePicture } from './tile-picture.ts';

export interface ExportMenuProps {
  /** Links to the numbers as files. */
  csv?: string | undefined;
  parquet?: string | undefined;
  /** What the tile is called; names the files too. */
  name: string;
  /** Under which circumstances the numbers were asked for; stands below the picture. */
  circumstance?: string | undefined;
  /** Whether the tile shows a chart, which can be taken as a picture. */
  hasChart?: boolean | undefined;
}

/** What a tile shows, as files: stands in a `section.tile`, whose chart it draws. */
export function ExportMenu({ csv, parquet, name, circumstance = '', hasChart }: ExportMenuProps) {
  const host = useRef<HTMLDivElement>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const take = async (key: Key) => {
    if (key !== 'svg' && key !== 'png') return;
    setFailure(null);
    try {
      const tile = host.current?.closest('section.tile');
      const picture = tile && maybeTilePicture(tile, circumstance);
      if (!picture) return setFailure('This tile shows no chart now.');
      const blob = key === 'svg' ? svgFile(picture.svg) : await pngFile({ ...picture, name });
      save(blob, `${fileName(name)}.${key}`);
    } catch (error) {
      setFailure(`No picture. ${inOneLine(failureOf(error))}`);
    }
  };
  return (
    <div ref={host} className={styles.whole}>
      <MenuTrigger>
        <Button className={styles.button} aria-label={`Export: ${name}`}>
          <span aria-hidden="true">⋯</span>
        </Button>
        <Popover className={styles.popover} placement="bottom end" offset={4}>
          <Menu className={styles.menu} onAction={take} aria-label={`Export: ${name}`}>
            {csv ? <Item id="csv" text="CSV" note="the numbers" href={csv} /> : null}
            {parquet ? <Item id="parquet" text="Parquet" note="with types" href={parquet} /> : null}
            {hasChart ? <Item id="svg" text="SVG" note="the chart" /> : null}
            {hasChart ? <Item id="png" text="PNG" note="twice its size" /> : null}
          </Menu>
        </Popover>
      </MenuTrigger>
      {failure ? (
        <p className={styles.failure} role="alert">
          {failure}{' '}
          <Button className={styles.close} aria-label="Close" onPress={() => setFailure(null)}>
            ✕
          </Button>
        </p>
      ) : null}
    </div>
  );
}

function Item({ id, text, note, href }: { id: string; text: string; note: string; href?: string }) {
  const link = href ? { href, download: '' } : {};
  return (
    <MenuItem id={id} textValue={text} className={styles.item} {...link}>
      {text} <span className={styles.note}>{note}</span>
    </MenuItem>
  );
}

const svgFile = (svg: string): Blob =>
  new Blob([`<?xml version="1.0" encoding="UTF-8"?>\n${svg}\n`], { type: 'image/svg+xml' });

/** The picture as PNG, made at the server. Throws AnswerError in its words when it refuses. */
async function pngFile(picture: { svg: string; background: string; name: string }): Promise<Blob> {
  const answer = await fetch('/api/export', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ format: 'png', ...picture, name: picture.name.slice(0, 80) }),
  });
  if (!answer.ok) throw await answerErrorOf(answer);
  return answer.blob();
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads it after the click; a minute is plenty.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A name of letters, digits and hyphens. */
export const fileName = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60) || 'chart';
