/** What can go wrong with a load; `wrong-use` exits 2, everything else 1. */
export type LoadErrorCode =
  | 'wrong-use'
  | 'bad-config'
  | 'bad-source'
  | 'still-being-written'
  | 'locked'
  | 'no-space'
  | 'check-failed'
  | 'clock'
  | 'damaged'
  | 'not-found'
  | 'failed';

/** The message is for people: what, where, which value, what to do. */
export class LoadError extends Error {
  readonly code: LoadErrorCode;
  constructor(code: LoadErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'LoadError';
    this.code = code;
  }
}
