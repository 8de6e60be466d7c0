import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readPlaywright, readVitest } from './reports.mjs';

let written = 0;
const scratch = mkdtempSync(join(tmpdir(), 'plumbline-reports-'));
afterAll(() => rmSync(scratch, { recursive: true }));

test('vitest: passed, failed and skipped are counted, failures named', () => {
  const report = write(vitest({ passed: 3, skipped: 1, failed: ['adds up'] }));
  const read = readVitest({ report, code: 1 });
  expect(read).toMatchObject({ passed: 3, failed: 1, skipped: 1 });
  expect(read.failures).toEqual([{ name: 'adds up', why: 'expected 1 to be 2' }]);
});

test('vitest: a file that cannot be loaded is a failure', () => {
  const suite = {
    name: 'a.test.ts',
    status: 'failed',
    message: 'no such file',
    assertionResults: [],
  };
  const report = write({ ...vitest({ passed: 3 }), testResults: [suite] });
  expect(readVitest({ report, code: 1 })).toMatchObject({ passed: 3, failed: 1 });
});

test('vitest: an exit code that no test explains is a failure', () => {
  const report = write(vitest({ passed: 3 }));
  expect(readVitest({ report, code: 1 })).toMatchObject({ passed: 3, failed: 1 });
  expect(readVitest({ report, code: 0 })).toMatchObject({ passed: 3, failed: 0 });
});

test('a runner that leaves no report, or runs nothing, fails', () => {
  const nowhere = join(scratch, 'nowhere.json');
  expect(readVitest({ report: nowhere, code: 0 })).toMatchObject({ failed: 1 });
  expect(readPlaywright({ report: nowhere, code: 0 })).toMatchObject({ failed: 1 });
  const nothing = write({ suites: [], errors: [] });
  expect(readPlaywright({ report: nothing, code: 0 })).toMatchObject({ passed: 0, failed: 1 });
});

test('Playwright: flows are counted through nested suites; a flaky one failed', () => {
  const report = write({
    errors: [],
    suites: [
      {
        title: 'shell.e2e.ts',
        specs: [flow('opens', 'expected'), flow('blinks', 'flaky')],
        suites: [
          { title: 'inner', specs: [flow('breaks', 'unexpected'), flow('waits', 'skipped')] },
        ],
      },
    ],
  });
  const read = readPlaywright({ report, code: 1 });
  expect(read).toMatchObject({ passed: 1, failed: 2, skipped: 1 });
  expect(read.failures.map(({ name }) => name)).toEqual([
    'shell.e2e.ts › blinks',
    'shell.e2e.ts › inner › breaks',
  ]);
});

function vitest({ passed = 0, skipped = 0, failed = [] as string[] }) {
  const assertionResults = failed.map((fullName) => ({
    status: 'failed',
    fullName,
    failureMessages: ['expected 1 to be 2'],
  }));
  return {
    numPassedTests: passed,
    numPendingTests: skipped,
    numTodoTests: 0,
    testResults: [{ name: 'b.test.ts', status: 'passed', message: '', assertionResults }],
  };
}

function flow(title: string, status: string) {
  return { title, tests: [{ status, results: [{ errors: [] }] }] };
}

function write(content: object): string {
  written += 1;
  const path = join(scratch, `${written}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}
