'use client';
import { memo } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import type { CodedColumn } from './cross.ts';
import styles from './crossfilter.module.css';

export interface CrossPanel {
  /** The coded column. */
  name: string;
  title: string;
  /** As the words stand, instead of largest first. */
  isOrdered?: boolean | undefined;
}

export interface CrossBarsProps extends CrossPanel {
  column: CodedColumn;
  /** Places in the order of showing, each with its sum under no pick at all. */
  places: { code: number; total: number }[];
  picked: number[];
  onPick: (codes: number[]) => void;
  /** A bar stands on the page now and waits for its width and number. */
  onDrawn: () => void;
}

/**
 * One bar for each word, light in all and dark under the picks of the other charts; a bar can be picked. Widths and
 * numbers are written by the crossfilter itself, many times in a second, so React draws them only once.
 */
export const CrossBars = memo(function CrossBars(props: CrossBarsProps) {
  const { name, title, column, places, picked, onPick, onDrawn } = props;
  const most = Math.max(1, ...places.map(({ total }) => total));
  return (
    <section className={styles.panel} data-panel={name}>
      <h3 className={styles.title}>
        {title}
        {picked.length ? (
          <button type="button" className={styles.clear} onClick={() => onPick([])}>
            all<span className={styles.hidden}> of {title}</span>
          </button>
        ) : null}
      </h3>
      <ListBox
        aria-label={title}
        className={styles.list}
        selectionMode="multiple"
        selectionBehavior="toggle"
        escapeKeyBehavior="none"
        selectedKeys={new Set(picked)}
        onSelectionChange={(keys) =>
          onPick(keys === 'all' ? places.map(({ code }) => code) : [...keys].map(Number))
        }
      >
        {places.map(({ code, total }) => (
          <ListBoxItem
            key={code}
            id={code}
            textValue={column.words[code] ?? 'none'}
            className={styles.item}
            data-dim={(picked.length > 0 && !picked.includes(code)) || undefined}
          >
            <span className={styles.word}>{column.words[code] ?? 'none'}</span>
            <span className={styles.track}>
              <span className={styles.whole} style={{ width: `${(total / most) * 100}%` }} />
              <span className={styles.part} data-part={code} />
            </span>
            <span
              className={styles.value}
              data-value={code}
              ref={(element) => {
                if (element) onDrawn();
              }}
            />
          </ListBoxItem>
        ))}
      </ListBox>
    </section>
  );
});
