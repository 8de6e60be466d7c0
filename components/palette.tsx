'use client';
import { useEffect, useState } from 'react';
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  Label,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  SearchField,
} from 'react-aria-components';
import styles from './palette.module.css';

export interface Command {
  id: string;
  label: string;
  detail?: string;
  group: string;
}

/** Everything by name: what `commands` holds, and what `search` finds; choosing closes it. */
export function Palette({
  isOpen,
  onOpenChange,
  commands,
  search,
  onChoose,
}: {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  commands: Command[];
  /** Finds more for a text of at least two letters. */
  search: (text: string) => Promise<Command[]>;
  onChoose: (command: Command) => void;
}) {
  const [text, setText] = useState('');
  const { found, isSearching, failure } = useSearch(text, search);
  const all = [...matching(commands, text), ...found];
  const groups = [...new Set(all.map(({ group }) => group))];
  const choose = (id: string) => {
    const command = all.find((each) => each.id === id);
    onOpenChange(false);
    setText('');
    if (command) onChoose(command);
  };
  return (
    <ModalOverlay
      className={styles.overlay}
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      isDismissable
    >
      <Modal className={styles.modal}>
        <Dialog className={styles.dialog} aria-label="Go to">
          <Autocomplete inputValue={text} onInputChange={setText}>
            <SearchField className={styles.field} autoFocus>
              <Label className={styles.hidden}>Go to</Label>
              <Input placeholder="Page, salesman, account, opportunity, metric" />
            </SearchField>
            <Menu
              className={styles.menu}
              aria-label="Found"
              onAction={(key) => choose(String(key))}
              renderEmptyState={() => (
                <p className={styles.empty}>
                  {failure ?? (isSearching ? 'Searching…' : 'Nothing has this name')}
                </p>
              )}
            >
              {groups.map((group) => (
                <MenuSection key={group} id={group}>
                  <Header className={styles.group}>{group}</Header>
                  {all
                    .filter((each) => each.group === group)
                    .map(({ id, label, detail }) => (
                      <MenuItem key={id} id={id} textValue={label} className={styles.item}>
                        <span>{label}</span>
                        {detail ? <span className={styles.detail}>{detail}</span> : null}
                      </MenuItem>
                    ))}
                </MenuSection>
              ))}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

const wait = 120;

function useSearch(text: string, search: (text: string) => Promise<Command[]>) {
  const [state, setState] = useState<{ text: string; found: Command[]; failure: string | null }>({
    text: '',
    found: [],
    failure: null,
  });
  const wanted = text.trim();
  useEffect(() => {
    if (wanted.length < 2) return;
    let isOver = false;
    const timer = setTimeout(() => {
      search(wanted).then(
        (found) => isOver || setState({ text: wanted, found, failure: null }),
        (error: Error) =>
          isOver ||
          setState({ text: wanted, found: [], failure: `Not searched: ${error.message}` }),
      );
    }, wait);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [wanted, search]);
  if (wanted.length < 2) return { found: [], isSearching: false, failure: null };
  return { found: state.found, isSearching: state.text !== wanted, failure: state.failure };
}

function matching(commands: Command[], text: string): Command[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return commands.filter(({ group }) => group !== 'Metrics');
  return commands.filter(({ label }) => label.toLowerCase().includes(wanted));
}
