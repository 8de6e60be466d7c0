'use client';
import { useState } from 'react';
import { Button, Input, Label, ListBox, ListBoxItem, SearchField } from 'react-aria-components';
import styles from './check-list.module.css';

export interface CheckItem {
  id: string;
  label: string;
  /** Stands under another: one step to the right for each. */
  level?: number;
}

const most = 300;

/** Things of which any number may be chosen, searched by name; the chosen ones stay in view. */
export function CheckList({
  label,
  items,
  chosen,
  onChange,
}: {
  label: string;
  items: CheckItem[];
  chosen: string[];
  onChange: (ids: string[]) => void;
}) {
  const [text, setText] = useState('');
  const found = matching(items, text, chosen);
  const shown = found.slice(0, most);
  return (
    <div className={styles.whole}>
      {items.length > 8 ? (
        <SearchField className={styles.search} value={text} onChange={setText} autoFocus>
          <Label className={styles.hidden}>Search {label}</Label>
          <Input placeholder={`Search ${label.toLowerCase()}`} />
        </SearchField>
      ) : null}
      <ListBox
        className={styles.list}
        aria-label={label}
        selectionMode="multiple"
        escapeKeyBehavior="none"
        selectionBehavior="toggle"
        items={shown}
        dependencies={[chosen]}
        selectedKeys={new Set(chosen)}
        onSelectionChange={(keys) =>
          onChange(keys === 'all' ? items.map(({ id }) => id) : [...keys].map(String))
        }
        renderEmptyState={() => <p className={styles.empty}>Nothing has this name</p>}
      >
        {({ id, label: name, level = 0 }) => (
          <ListBoxItem id={id} textValue={name} className={styles.item}>
            {({ isSelected }) => (
              <>
                <span className={styles.box} data-on={isSelected || undefined} aria-hidden="true">
                  {isSelected ? '✓' : ''}
                </span>
                <span style={{ paddingInlineStart: level * 14 }}>{name}</span>
              </>
            )}
          </ListBoxItem>
        )}
      </ListBox>
      <p className={styles.foot}>
        {found.length > most
          ? `${most} of ${found.length} shown; search for more`
          : `${chosen.length} chosen`}
        {chosen.length ? (
          <Button className={styles.clear} onPress={() => onChange([])}>
            Clear
          </Button>
        ) : null}
      </p>
    </div>
  );
}

function matching(items: CheckItem[], text: string, chosen: string[]): CheckItem[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return items;
  return items.filter(
    ({ id, label }) => label.toLowerCase().includes(wanted) || chosen.includes(id),
  );
}
