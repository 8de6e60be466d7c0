import { publicError } from '../api/errors.ts';
import { report } from '../api/guard.ts';
import { warehouse } from '../warehouse.ts';

export const dynamic = 'force-dynamic';

const headers = { 'cache-control': 'no-store' };

/** Questions can be answered: there is a snapshot and it can be read. 503 with the reason otherwise. */
export async function GET(): Promise<Response> {
  try {
    await warehouse().status();
    return Response.json({ status: 'ready' }, { headers });
  } catch (error) {
    const { code, id } = report(error, 'readyz');
    const reason = publicError(error, id).message;
    return Response.json({ status: 'not ready', code, reason, id }, { status: 503, headers });
  }
}
