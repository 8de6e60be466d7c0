/** The closed set of things that go wrong; the edge maps a code to words and a status. */
export const errorCodes = [
  'wrong-use',
  'not-found',
  'no-snapshot',
  'damaged-snapshot',
  'bad-period',
  'bad-instant',
  'too-slow',
  'too-large',
  'cancelled',
  'query-failed',
  'wrong-name',
  'wrong-value',
  'wrong-sum',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** `message` is for people: what, where, which value, what to do. SQL and cause stay in the log. */
export class WarehouseError extends Error {
  readonly code: ErrorCode;
  readonly sql: string | undefined;
  constructor(code: ErrorCode, message: string, more: { sql?: string; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? {} : { cause: more.cause });
    this.name = 'WarehouseError';
    this.code = code;
    this.sql = more.sql;
  }
}
