'use client';
import { ListBox, ListBoxItem } from 'react-aria-components';
import styles from './check-list.module.css';

export interface ChoiceItem {
  id: string;
  label: string;
  note?: string;
}

/** One of several; choosing is done by choosing. */
export function ChoiceList({
  label,
  items,
  chosen,
  onChoose,
}: {
  label: string;
  items: ChoiceItem[];
  chosen: string | null;
  onChoose: (id: string) => void;
}) {
  return (
    <ListBox
      className={styles.list}
      aria-label={label}
      items={items}
      dependencies={[chosen]}
      selectionMode="single"
      escapeKeyBehavior="none"
      disallowEmptySelection
      selectedKeys={chosen === null ? [] : [chosen]}
      onSelectionChange={(keys) => {
        for (const key of keys === 'all' ? [] : keys) onChoose(String(key));
      }}
    >
      {({ id, label: name, note }) => (
        <ListBoxItem id={id} textValue={name} className={styles.item}>
          {({ isSelected }) => (
            <>
              <span className={styles.mark} data-on={isSelected || undefined} aria-hidden="true" />
              <span>
                {name}
                {note ? <span className={styles.note}> {note}</span> : null}
              </span>
            </>
          )}
        </ListBoxItem>
      )}
    </ListBox>
  );
}
