import { existsSync, readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/** Lines of a failure that are shown again at the end. */
const shown = 12;

/** @typedef {{ name: string, why: string }} Failure */
/** @typedef {{ passed: number, failed: number, skipped: number, failures: Failure[] }} Outcome */

/**
 * What a vitest run came to. A crash, or a file that could not be loaded, counts as a failure.
 * @param {{ report: string, code: number }} run
 * @returns {Outcome}
 */
export function readVitest({ report, code }) {
  const read = readReport(report);
  if (!read) return crashed('vitest', code);
  const failures = read.testResults.flatMap(({ name, message, assertionResults, status }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [failure(name, message)];
    return failed.map((test) => failure(test.fullName, test.failureMessages.join('\n')));
  });
  return balanced('vitest', code, {
    passed: read.numPassedTests,
    skipped: read.numPendingTests + read.numTodoTests,
    failures,
  });
}

/**
 * What a Playwright run came to. A flow that passed only at a second try counts as failed.
 * @param {{ report: string, code: number }} run
 * @returns {Outcome}
 */
export function readPlaywright({ report, code }) {
  const read = readReport(report);
  if (!read) return crashed('Playwright', code);
  const tests = read.suites.flatMap((suite) => testsOf(suite, []));
  const failures = tests
    .filter(({ status }) => status === 'unexpected' || status === 'flaky')
    .map(({ title, messages }) => failure(title, messages));
  return balanced('Playwright', code, {
    passed: tests.filter(({ status }) => status === 'expected').length,
    skipped: tests.filter(({ status }) => status === 'skipped').length,
    failures: [...failures, ...read.errors.map((e) => failure('Playwright', e.message))],
  });
}

function testsOf(suite, above) {
  const path = [...above, suite.title];
  const own = (suite.specs ?? []).flatMap((spec) =>
    spec.tests.map(({ status, results }) => ({
      title: [...path, spec.title].join(' › '),
      status,
      messages: results.flatMap(({ errors }) => errors.map((e) => e.message ?? '')).join('\n'),
    })),
  );
  return [...own, ...(suite.suites ?? []).flatMap((inner) => testsOf(inner, path))];
}

/** A runner that fails while every test passed failed for a reason of its own; one without tests proves nothing. */
function balanced(runner, code, { passed, skipped, failures }) {
  const unexplained = failures.length === 0 && (code !== 0 || passed === 0);
  const why = code === 0 ? 'no test ran' : `exit code ${code} though no test failed; see above`;
  const all = unexplained ? [failure(runner, why)] : failures;
  return { passed, skipped, failed: all.length, failures: all };
}

function crashed(runner, code) {
  const failures = [failure(runner, `ended with exit code ${code} and left no report; see above`)];
  return { passed: 0, skipped: 0, failed: 1, failures };
}

function failure(name, why) {
  const all = stripVTControlCharacters(why || 'no message').split('\n');
  const lines = all.filter((line) => !/^\s+at .*(node_modules|node:|new Promise)/.test(line));
  return { name, why: lines.slice(0, shown).join('\n') };
}

function readReport(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}
