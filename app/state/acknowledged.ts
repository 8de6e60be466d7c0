import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** The last entry that somebody was told is stored. */
export interface Acknowledged {
  seq: number;
  seal: string;
}

const width = 100;
const slots = 2;

/**
 * Reads what was acknowledged last; null when nothing is known about it. SQLite drops the end of a damaged journal
 * without a word, and only a note kept apart can tell that something is missing.
 */
export function readAcknowledged(path: string): Acknowledged | null {
  if (!existsSync(path)) return null;
  const text = readFileSync(path, 'latin1');
  const noted = Array.from({ length: slots }, (_, i) =>
    maybeParse(text.slice(i * width, (i + 1) * width)),
  );
  return noted.reduce<Acknowledged | null>(
    (last, one) => (one && one.seq > (last?.seq ?? -1) ? one : last),
    null,
  );
}

/** Notes what is acknowledged; opened with the first note. */
export interface Notes {
  /** Returns when the disk has it. */
  note(last: Acknowledged): Promise<void>;
  close(): Promise<void>;
}

/** Two lines take turns, so that one of them is whole whenever the power goes. */
export function makeNotes(path: string): Notes {
  let file: FileHandle | null = null;
  return {
    async note(last) {
      file ??= await openKept(path);
      await file.write(format(last), (last.seq % slots) * width, 'latin1');
      await file.datasync();
    },
    async close() {
      await file?.close();
      file = null;
    },
  };
}

const openKept = (path: string): Promise<FileHandle> =>
  open(path, existsSync(path) ? 'r+' : 'w+', 0o600);

const format = ({ seq, seal }: Acknowledged): string =>
  `${`${seq} ${seal} ${checkOf(seq, seal)}`.padEnd(width - 1)}\n`;

const checkOf = (seq: number, seal: string): string =>
  createHash('sha256').update(`${seq} ${seal}`).digest('hex').slice(0, 8);

function maybeParse(line: string): Acknowledged | undefined {
  const [, digits = '', seal = '', check] =
    /^(\d{1,15}) ([0-9a-f]{64}) ([0-9a-f]{8}) *\n$/.exec(line) ?? [];
  const seq = Number(digits);
  return check !== undefined && check === checkOf(seq, seal) ? { seq, seal } : undefined;
}
