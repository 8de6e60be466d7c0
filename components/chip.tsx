'use client';
import type { ReactNode } from 'react';
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import styles from './chip.module.css';

/** A setting in one line, which opens to what it can be. `isSet` outlines it: it is not as it would be by itself. */
export function Chip({
  name,
  value,
  isSet = false,
  onClear,
  clearLabel,
  children,
}: {
  name: string;
  value: string;
  isSet?: boolean;
  /** Puts it back; a ✕ stands beside it then. */
  onClear?: (() => void) | undefined;
  clearLabel?: string;
  children: ReactNode | ((close: () => void) => ReactNode);
}) {
  return (
    <span className={styles.chip} data-set={isSet || undefined}>
      <DialogTrigger>
        <Button className={styles.button} aria-label={`${name}: ${value}`}>
          <span className={styles.name}>{name}</span> <span className={styles.value}>{value}</span>
        </Button>
        <Popover className={styles.popover} placement="bottom start" offset={6}>
          <Dialog className={styles.dialog} aria-label={name}>
            {({ close }) => (typeof children === 'function' ? children(close) : children)}
          </Dialog>
        </Popover>
      </DialogTrigger>
      {onClear ? (
        <Button
          className={styles.clear}
          aria-label={clearLabel ?? `Clear ${name}`}
          onPress={onClear}
        >
          ✕
        </Button>
      ) : null}
    </span>
  );
}
