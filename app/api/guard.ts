import type { Viewer } from '#warehouse/access.ts';
import { log } from '../log.ts';
import { viewerOf } from '../session.ts';
import { errorId, Fault, isOurs, publicError, statusOf } from './errors.ts';

/** What every answer with data carries: for this person, kept nowhere. */
export const privateHeaders = { 'cache-control': 'private, no-store' };

/** The viewer of a request, after host, origin and kind of body have been checked. */
export function admit(request: Request): Viewer {
  const viewer = viewerOf(request.headers);
  if (!isOwnOrigin(request)) throw new Fault('cross-site');
  if (request.method === 'POST' && !isJson(request.headers)) throw new Fault('not-json');
  return viewer;
}

/**
 * Reading needs no origin, for a browser keeps the answer from another site. Anything else must come from our own
 * pages, and say so: by origin, by what the browser notes about the site, or both.
 */
function isOwnOrigin({ method, headers }: Request): boolean {
  if (method === 'GET' || method === 'HEAD') return true;
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  if (site !== null && site !== 'same-origin') return false;
  if (origin === null || origin === 'null') return site === 'same-origin';
  return hostOf(origin) === headers.get('host')?.toLowerCase();
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

const isJson = (headers: Headers): boolean =>
  /^application\/json(\s*;|$)/i.test(headers.get('content-type') ?? '');

/** An error as an answer, in the one shape that the pages understand; the detail goes to the log under the same id. */
export function refuse(thrown: unknown): Response {
  const error = report(thrown);
  const status = statusOf(error.code);
  const body = { error: { code: status, message: error.message, data: error } };
  // fetch() knows no 499.
  return Response.json(body, { status: status === 499 ? 408 : status, headers: privateHeaders });
}

/** Logs an error under a fresh id and returns its public side. */
export function report(thrown: unknown, at?: string) {
  const error = publicError(thrown, errorId());
  const line = { id: error.id, code: error.code, ...(at ? { at } : {}) };
  if (isOurs(error.code)) log.error({ ...line, err: thrown }, 'failed');
  else log.info({ ...line, reason: error.message.slice(0, 300) }, 'refused');
  return error;
}
