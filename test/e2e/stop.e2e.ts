import { expect, test } from '@playwright/test';
import { findFreePort, serve } from '../../etl/serve.mjs';

const host = '127.0.0.1';
/** Each asks for another day, so that none is answered from memory. */
const paths = Array.from({ length: 16 }, (_, i) => `/pipeline?period=all&asOf=2025-11-${i + 1}`);

test('REL-13: told to end, the server answers every request that has come, then exits 0', async () => {
  test.setTimeout(120_000);
  const port = await findFreePort(host, 3600);
  const server = await serve({ host, port, dataDir: process.env.PLUMBLINE_DATA ?? 'data' });
  const answers = Promise.all(
    paths.map(async (path) => {
      const answer = await fetch(`${server.url}${path.replace(/-(\d)$/, '-0$1')}`);
      return { status: answer.status, isWhole: (await answer.text()).endsWith('</html>') };
    }),
  );
  await new Promise((done) => setTimeout(done, 400));
  await server.stop();
  for (const answer of await answers) expect(answer).toEqual({ status: 200, isWhole: true });
  expect(await server.ended).toBe(0);
  await expect(fetch(server.url)).rejects.toThrow();
});
