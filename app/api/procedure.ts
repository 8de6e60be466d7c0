import { initTRPC, type TRPCError } from '@trpc/server';
import type { Viewer } from '#warehouse/access.ts';
import type { Warehouse } from '#warehouse/warehouse.ts';
import type { State } from '../state/state.ts';
import { Fault, PublicTRPCError, statusOf } from './errors.ts';
import { report } from './guard.ts';

export interface Context {
  viewer: Viewer;
  warehouse: Warehouse;
  state: State;
  /** Whether this came as a POST of our own pages. Showing a page writes nothing. */
  mayWrite: boolean;
}

const t = initTRPC.context<Context>().create({
  errorFormatter: ({ error }) => {
    const known = error instanceof PublicTRPCError ? error.public : report(error);
    return { code: statusOf(known.code), message: known.message, data: known };
  },
});

export const { router, createCallerFactory } = t;

/** Every call of the API: whatever it throws leaves as code, words and id. */
export const procedure = t.procedure.use(async ({ next, path }) => {
  const result = await next();
  if (result.ok) return result;
  const error = report(result.error, path);
  throw new PublicTRPCError(error, kindOf(statusOf(error.code)));
});

/** A call that stores something. */
export const mutation = procedure.use(({ ctx, next }) => {
  if (!ctx.mayWrite) throw new Fault('read-only');
  return next();
});

/** tRPC derives the HTTP status from a word of its own. */
function kindOf(status: number): TRPCError['code'] {
  const kinds: Record<number, TRPCError['code']> = {
    400: 'BAD_REQUEST',
    403: 'FORBIDDEN',
    404: 'NOT_FOUND',
    409: 'CONFLICT',
    413: 'PAYLOAD_TOO_LARGE',
    415: 'UNSUPPORTED_MEDIA_TYPE',
    499: 'CLIENT_CLOSED_REQUEST',
    503: 'SERVICE_UNAVAILABLE',
    504: 'GATEWAY_TIMEOUT',
  };
  return kinds[status] ?? 'INTERNAL_SERVER_ERROR';
}
