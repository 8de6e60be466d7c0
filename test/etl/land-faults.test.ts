import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { faultPoints } from '#etl/faults.ts';

const child = fileURLToPath(new URL('./land-child.ts', import.meta.url));
const points = faultPoints.filter((name) => name.startsWith('land.'));

test.each(points)(
  'REL-1: killed at %s, the source is untouched and no half copy has its name',
  { timeout: 30_000 },
  (point) => {
    const ended = spawnSync(process.execPath, ['--import', 'tsx', child, point], {
      encoding: 'utf8',
    });
    expect(ended.signal).toBe('SIGKILL');
    const [root = '', landed] = ended.stdout.split('\n');
    try {
      expect(landed).toBe('');
      const source = readFileSync(join(root, 'd.csv'));
      expect(source.toString()).toBe('id,name\n1,a\n');
      const copy = join(dirname(root), 'landing/crm/d.csv');
      if (existsSync(copy)) expect(readFileSync(copy)).toEqual(source);
    } finally {
      rmSync(dirname(root), { recursive: true, force: true });
    }
  },
);
