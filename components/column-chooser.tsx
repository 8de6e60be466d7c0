'use client';
import {
  Button,
  Checkbox,
  CheckboxGroup,
  Dialog,
  DialogTrigger,
  Popover,
} from 'react-aria-components';
import styles from './column-chooser.module.css';

export interface ChoosableColumn {
  name: string;
  label: string;
}

/** Which columns of a table are shown. */
export function ColumnChooser({
  columns,
  shown,
  onChange,
}: {
  columns: ChoosableColumn[];
  shown: string[];
  onChange: (names: string[]) => void;
}) {
  return (
    <DialogTrigger>
      <Button className={styles.button}>Columns</Button>
      <Popover className={styles.popover} placement="bottom end">
        <Dialog className={styles.dialog} aria-label="Columns">
          <CheckboxGroup aria-label="Columns" value={shown} onChange={onChange}>
            {columns.map(({ name, label }) => (
              <Checkbox key={name} value={name} className={styles.item}>
                {({ isSelected }) => (
                  <>
                    <span
                      className={styles.box}
                      data-on={isSelected || undefined}
                      aria-hidden="true"
                    >
                      {isSelected ? '✓' : ''}
                    </span>
                    {label}
                  </>
                )}
              </Checkbox>
            ))}
          </CheckboxGroup>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
