/** The closed set of things that go wrong with what people type. */
export const stateCodes = [
  'damaged-state',
  'newer-state',
  'state-unavailable',
  'state-busy',
  'clock-behind',
  'id-taken',
  'changed-meanwhile',
  'not-allowed',
  'not-found',
  'wrong-value',
] as const;

export type StateCode = (typeof stateCodes)[number];

/** `message` is for people: what, where, which value, what to do; no path, nothing that somebody typed. */
export class StateError extends Error {
  readonly code: StateCode;
  constructor(code: StateCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'StateError';
    this.code = code;
  }
}

export const damaged = (what: string, cause?: unknown): StateError =>
  new StateError(
    'damaged-state',
    `state.db is damaged: ${what}. Nothing is read from it or written to it until a whole copy is put back (docs/operations.md)`,
    cause,
  );

const reasons: Record<string, string> = {
  SQLITE_FULL: 'the disk is full',
  SQLITE_IOERR: 'the disk does not answer (or is full)',
  SQLITE_READONLY: 'it may not be written to',
  SQLITE_CANTOPEN: 'it cannot be opened; check the permissions of the data directory',
  SQLITE_PERM: 'no permission',
  SQLITE_NOMEM: 'memory is used up',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than this process may write',
  EIO: 'the disk does not answer',
  EACCES: 'no permission to write there',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOENT: 'the data directory, or a file of Plumbline, is not there',
  ENOTDIR: 'the data directory is not a directory',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EAGAIN: 'no process can be started',
  ENOMEM: 'memory is used up',
};

/** The first code of SQLite or the file system in an error and its causes. */
export function systemCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth += 1) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string' && /^(SQLITE_|E[A-Z]+$)/.test(code)) return code;
  }
  return undefined;
}

/** Turns what SQLite or the file system threw into words; our own errors and the unknown pass as they are. */
export function inWords(error: unknown): unknown {
  if (error instanceof StateError) return error;
  const code = systemCode(error) ?? '';
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB')
    return damaged('it cannot be read as a database', error);
  if (code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED')
    return new StateError(
      'state-busy',
      'state.db is being written to by another process. Nothing was stored; try again',
      error,
    );
  const reason = reasons[code];
  if (!reason) return error;
  return new StateError(
    'state-unavailable',
    `state.db: ${reason}. Nothing was acknowledged; try again when that is mended`,
    error,
  );
}
