import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { querySchema } from '#warehouse/query.ts';
import { warehouse } from '../../warehouse.ts';
import { admit, privateHeaders, refuse } from '../guard.ts';
import { parseJson, readBody } from '../limits.ts';

export const dynamic = 'force-dynamic';

const compress = promisify(gzip);

/** `?query=JSON`: an answer as an Arrow stream, for charts of many points. */
export async function GET(request: Request): Promise<Response> {
  return answer(request, async () => new URL(request.url).searchParams.get('query') ?? '');
}

/** The query as the body, when it is longer than an address may be. */
export async function POST(request: Request): Promise<Response> {
  return answer(request, () => readBody(request));
}

async function answer(request: Request, question: () => Promise<string>): Promise<Response> {
  try {
    const viewer = admit(request);
    const query = querySchema.parse(parseJson(await question()));
    const bytes = await warehouse().arrow(viewer, query);
    return await send(bytes, /\bgzip\b/.test(request.headers.get('accept-encoding') ?? ''));
  } catch (error) {
    return refuse(error);
  }
}

/** Next does not compress Arrow by itself; the lightest level already takes it to a third. */
async function send(bytes: Uint8Array, zipped: boolean): Promise<Response> {
  const headers: Record<string, string> = {
    ...privateHeaders,
    'content-type': 'application/vnd.apache.arrow.stream',
    vary: 'accept-encoding',
    ...(zipped ? { 'content-encoding': 'gzip' } : {}),
  };
  const body = zipped ? await compress(bytes, { level: 1 }) : bytes;
  return new Response(new Uint8Array(body), { headers });
}
