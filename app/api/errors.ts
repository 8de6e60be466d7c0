import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { type ErrorCode, WarehouseError } from '#warehouse/errors.ts';
import { type StateCode, StateError } from '../state/errors.ts';

/** Everything that can go wrong at the edge, besides what the warehouse names. */
type EdgeCode =
  | 'forbidden-host'
  | 'cross-site'
  | 'not-json'
  | 'wrong-input'
  | 'unknown-call'
  | 'too-many-calls'
  | 'too-deep'
  | 'read-only'
  | 'internal';

export type FaultCode = ErrorCode | StateCode | EdgeCode;

interface Meaning {
  status: number;
  /** What is said; absent where the words of warehouse or state are meant for people. */
  words?: string;
}

const meanings: Record<FaultCode, Meaning> = {
  'wrong-use': { status: 400 },
  'wrong-name': { status: 400 },
  'wrong-value': { status: 400 },
  'bad-period': { status: 400 },
  'bad-instant': { status: 400 },
  'not-found': { status: 404 },
  'no-snapshot': { status: 503 },
  'too-slow': { status: 504 },
  'too-large': { status: 413, words: 'That is too large; ask for less at a time.' },
  cancelled: { status: 499, words: 'The question was cancelled.' },
  'damaged-snapshot': {
    status: 503,
    words: 'The loaded data cannot be read. Run "npx plumbline status" on the server.',
  },
  'query-failed': { status: 500, words: 'The question could not be answered. Try again.' },
  'wrong-sum': { status: 500, words: 'These numbers do not add up, so they are not shown.' },
  'damaged-state': { status: 503 },
  'newer-state': { status: 503 },
  'state-unavailable': { status: 503 },
  'state-busy': { status: 503 },
  'clock-behind': { status: 503 },
  'id-taken': { status: 409 },
  'changed-meanwhile': { status: 409 },
  'not-allowed': { status: 403 },
  'forbidden-host': {
    status: 403,
    words:
      'This host name is not allowed. Use an IP address or localhost, or start with PLUMBLINE_ALLOWED_HOST.',
  },
  'cross-site': { status: 403, words: 'Requests from another site are refused.' },
  'not-json': { status: 415, words: 'The body must be JSON.' },
  'wrong-input': { status: 400, words: 'The question is not well formed.' },
  'unknown-call': { status: 404, words: 'There is no such call.' },
  'too-many-calls': { status: 400, words: 'At most 10 calls in one request.' },
  'too-deep': { status: 400, words: 'The question is nested too deeply.' },
  'read-only': { status: 400, words: 'Storing needs a POST of one of our own pages.' },
  internal: { status: 500, words: 'Something went wrong on the server. Try again.' },
};

/** What leaves the server about an error: a code of a closed set, words for people, an id to find it in the log. */
export interface PublicError {
  code: FaultCode;
  message: string;
  id: string;
}

/** An error that the edge itself finds. */
export class Fault extends Error {
  readonly code: FaultCode;
  constructor(code: FaultCode, message?: string, more: { cause?: unknown } = {}) {
    super(message ?? meanings[code].words ?? code, more);
    this.name = 'Fault';
    this.code = code;
  }
}

export /** What a call throws: its public side, which as `digest` also reaches a page's error boundary. */
class PublicTRPCError extends TRPCError {
  readonly digest: string;
  readonly public: PublicError;
  constructor(error: PublicError, code: TRPCError['code']) {
    super({ code, message: error.message });
    this.public = error;
    this.digest = JSON.stringify(error);
    // The log has the detail under the id; what Next prints of this error says no more than the page.
    this.stack = `${error.code} ${error.id}: ${error.message}`;
  }
}

export const statusOf = (code: FaultCode): number => meanings[code].status;

/** Whether the server is to blame, so that the log keeps the detail. */
export const isOurs = (code: FaultCode): boolean =>
  [
    ...['query-failed', 'wrong-sum', 'damaged-snapshot', 'internal', 'too-slow'],
    ...['damaged-state', 'newer-state', 'state-unavailable', 'clock-behind'],
  ].includes(code);

/** The public side of anything thrown; what is not known by name becomes "internal" and says nothing more. */
export function publicError(thrown: unknown, id = errorId()): PublicError {
  if (thrown instanceof PublicTRPCError) return thrown.public;
  const error = originOf(thrown);
  const code = codeOf(error);
  const { words } = meanings[code];
  if (error instanceof z.ZodError) return { code, message: issuesInWords(error), id };
  if (error instanceof Fault) return { code, message: error.message, id };
  if (error instanceof WarehouseError || error instanceof StateError)
    return { code, message: words ?? error.message, id };
  return { code, message: words ?? code, id };
}

/** A short random name under which the log keeps the detail. */
export const errorId = (): string => crypto.randomUUID().slice(0, 8);

function originOf(thrown: unknown): unknown {
  let error = thrown;
  while (error instanceof TRPCError && error.cause !== undefined && !isUnreadable(error))
    error = error.cause;
  return error;
}

/** A body that is no JSON: the SyntaxError beneath does not tell whose fault it is. */
const isUnreadable = ({ code, cause }: TRPCError): boolean =>
  code === 'BAD_REQUEST' && cause instanceof SyntaxError;

function codeOf(error: unknown): FaultCode {
  if (error instanceof Fault || error instanceof WarehouseError || error instanceof StateError)
    return error.code;
  if (error instanceof z.ZodError) return 'wrong-input';
  if (!(error instanceof TRPCError)) return 'internal';
  return trpcCodes[error.code] ?? 'internal';
}

const trpcCodes: Partial<Record<TRPCError['code'], FaultCode>> = {
  BAD_REQUEST: 'wrong-input',
  PARSE_ERROR: 'wrong-input',
  NOT_FOUND: 'unknown-call',
  METHOD_NOT_SUPPORTED: 'unknown-call',
  UNSUPPORTED_MEDIA_TYPE: 'not-json',
  PAYLOAD_TOO_LARGE: 'too-large',
  CLIENT_CLOSED_REQUEST: 'cancelled',
};

function issuesInWords(error: z.ZodError): string {
  const named = error.issues.slice(0, 3).map((issue) => {
    const where = issue.path.map(String).join('.').slice(0, 80);
    return where ? `${where}: ${issue.message.slice(0, 160)}` : issue.message.slice(0, 160);
  });
  return `The question is not well formed. ${named.join('; ')}`;
}
