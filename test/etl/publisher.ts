import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '#etl/config.ts';
import { runJob } from '#etl/job.ts';

/** `<config> <folder> <data dir> <times>`: loads again and again, each time with other amounts; prints the sums by snapshot. */
const [config = '', folder = '', dataDir = '', times = '1'] = process.argv.slice(2);
const name = readdirSync(folder).find((file) => file.startsWith('opportunity')) ?? '';
const [head = ''] = readFileSync(join(folder, name), 'utf8').split('\n');
const sums: Record<string, string> = {};
async function main(): Promise<void> {
  for (let turn = 1; turn <= Number(times); turn++) {
    const rows = Array.from(
      { length: 30 },
      (_, i) => `${i},Offer,${turn * 1000 + i}.25,2026-05-01,2026-01-02T08:00:00Z,u0,a0`,
    );
    writeFileSync(join(folder, name), `${head}\n${rows.join('\n')}\n`);
    const { snapshot } = await runJob({ config: readConfig(config, folder), dataDir });
    const cents = rows.reduce((sum, row) => sum + Math.round(Number(row.split(',')[2]) * 100), 0);
    if (snapshot) sums[snapshot] = (cents / 100).toFixed(2);
  }
  process.stdout.write(JSON.stringify(sums));
}
void main();
