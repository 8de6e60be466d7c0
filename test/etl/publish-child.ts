import { setFault } from '#etl/faults.ts';
import { openControl } from '#etl/control.ts';
import { loadOnce, within } from './publish-harness.ts';

/** `hold <folder>` takes the lock and waits; `load <folder> <seed> [fault]` makes one load. */
const [verb, folder = '', seed = '1', point] = process.argv.slice(2);
try {
  if (verb === 'hold') {
    await openControl(folder);
    process.stdout.write('holding\n');
    setInterval(() => undefined, 1000);
  } else {
    setFault(point ?? null);
    await within(folder, (control) => loadOnce(control, Number(seed)));
    process.stdout.write('published\n');
  }
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  process.stdout.write(`${JSON.stringify({ code, message })}\n`);
  process.exitCode = 1;
}
