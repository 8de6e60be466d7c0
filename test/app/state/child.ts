import { makeCall } from '#app/state/calls.ts';
import { openState } from '#app/state/state.ts';
import { aCall } from './harness.ts';

/** `<data dir> <name>`: writes calls, some at a time, and says the id of each that was acknowledged, until it is killed. */
const [dataDir = '', name = ''] = process.argv.slice(2);
const state = openState(dataDir);
for (let i = 0; ; i += 1)
  await Promise.all(
    [0, 1, 2, 3].map(async (part) => {
      const { id } = await makeCall(state, aCall(`${name}-${i}-${part}`));
      process.stdout.write(`${id}\n`);
    }),
  );
