import { setFault } from '#etl/faults.ts';
import { openLanding } from './land-harness.ts';

/** `<point>`: lands one file and dies at the point. Prints the temporary folder first. */
const landing = await openLanding();
process.stdout.write(`${landing.root}\n`);
setFault(process.argv[2] ?? null);
await landing.land([landing.put('d.csv', 'id,name\n1,a\n')]);
process.stdout.write('landed\n');
