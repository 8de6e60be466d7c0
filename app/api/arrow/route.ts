import { querySchema } from '#warehouse/query.ts';
import { warehouse } from '../../warehouse.ts';
import { admit, privateHeaders, refuse } from '../guard.ts';
import { openColumns } from '../inputs.ts';
import { parseJson, readBody } from '../limits.ts';

export const dynamic = 'force-dynamic';

/** `?query=JSON`: an answer as an Arrow stream; `?of=open&query=JSON` the open opportunities, for charts of many points. */
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
    const asked = parseJson(await question());
    const isOpen = new URL(request.url).searchParams.get('of') === 'open';
    const bytes = isOpen
      ? await warehouse().openColumns(viewer, openColumns.parse(asked))
      : await warehouse().arrow(viewer, querySchema.parse(asked));
    return new Response(new Uint8Array(bytes), {
      headers: { ...privateHeaders, 'content-type': 'application/vnd.apache.arrow.stream' },
    });
  } catch (error) {
    return refuse(error);
  }
}
