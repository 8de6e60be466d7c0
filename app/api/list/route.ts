import { z } from 'zod';
import { warehouse } from '../../warehouse.ts';
import { admit, privateHeaders, refuse } from '../guard.ts';
import { accountList, opportunityList } from '../inputs.ts';
import { parseJson } from '../limits.ts';

export const dynamic = 'force-dynamic';

const number = z
  .string()
  .regex(/^\d{1,8}$/)
  .transform(Number);
const wanted = z.strictObject({
  of: z.enum(['opportunities', 'accounts']),
  query: z.string().max(100_000).default('{}'),
  sort: z.string().max(60).optional(),
  offset: number,
  limit: number,
});

/** `?of=opportunities|accounts&query=JSON&sort=&offset=&limit=`: a part of a list as `{ rows, count }`, for scrolling. */
export async function GET(request: Request): Promise<Response> {
  try {
    const viewer = admit(request);
    const { of, query, ...part } = wanted.parse(
      Object.fromEntries(new URL(request.url).searchParams),
    );
    const input = { ...(parseJson(query) as object), ...part };
    const { rows, count } =
      of === 'opportunities'
        ? await warehouse().opportunities(viewer, opportunityList.parse(input))
        : await warehouse().accounts(viewer, accountList.parse(input));
    return Response.json({ rows, count }, { headers: privateHeaders });
  } catch (error) {
    return refuse(error);
  }
}
