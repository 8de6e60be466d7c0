import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { state } from '../state/current.ts';
import { warehouse } from '../warehouse.ts';
import { Fault, publicError, statusOf } from './errors.ts';
import { admit, privateHeaders, refuse } from './guard.ts';
import { checkDepth, maxBatchSize, readBody } from './limits.ts';
import type { Context } from './procedure.ts';
import { appRouter } from './router.ts';

const endpoint = '/api/trpc';

/** The HTTP side of the API: what is too big, too deep, too many or from elsewhere is refused before anything runs. */
export async function handleCalls(request: Request): Promise<Response> {
  try {
    const viewer = admit(request);
    const url = new URL(request.url);
    checkCalls(url);
    return await answer(request, url, viewer);
  } catch (error) {
    return refuse(error);
  }
}

function checkCalls(url: URL): void {
  const calls = url.pathname.split(/,|%2c/i).length;
  if (calls > maxBatchSize) throw new Fault('too-many-calls');
  checkDepth(url.searchParams.get('input') ?? '');
}

async function answer(request: Request, url: URL, viewer: Context['viewer']): Promise<Response> {
  const { method, headers, signal } = request;
  const body = method === 'POST' ? await readBody(request) : undefined;
  if (body !== undefined) checkDepth(body);
  return fetchRequestHandler({
    endpoint,
    req: new Request(url, { method, headers, signal, body }),
    router: appRouter,
    createContext: (): Context => ({
      viewer,
      warehouse: warehouse(),
      state: state(),
      mayWrite: method === 'POST',
    }),
    maxBatchSize,
    // A question with many filters is longer than an address may be.
    allowMethodOverride: true,
    responseMeta: ({ errors, paths = [] }) => ({
      headers: privateHeaders,
      ...(errors.length > 0 ? { status: sharedStatus(errors, paths.length) } : {}),
    }),
  });
}

/** One status when all calls fail alike; 207 when each has to be looked at. */
function sharedStatus(errors: unknown[], calls: number): number {
  const [first = 500, ...others] = new Set(
    errors.map((error) => statusOf(publicError(error).code)),
  );
  return others.length === 0 && errors.length >= calls ? first : 207;
}
