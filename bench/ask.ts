import { findCurrent } from '#warehouse/snapshot.ts';
import { measure, openRaw, type QuestionMeasure } from './measure.ts';
import { startPostgres } from './postgres.ts';
import { questions } from './questions.ts';
import { measurePages, type PageMeasure } from './pages.ts';
import { startServer } from './server.ts';
import { measureViewers, type ViewersMeasure } from './viewers.ts';

/** What the questions took, and what the server that answered them needed. */
export interface AskMeasure {
  questions: QuestionMeasure[];
  viewers: ViewersMeasure[];
  postgres: string;
  /** Why there are none, where no browser can be started. */
  pages: PageMeasure[] | string;
  peakMemoryMb: number;
}

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** Run as a process of its own: `ask.ts DATA_DIR [PART_OF_A_NAME]`. */
async function run(dataDir: string, part: string): Promise<AskMeasure> {
  const snapshot = findCurrent(dataDir);
  if (!snapshot) throw new Error(`${dataDir} has no snapshot`);
  const duckdb = await openRaw(snapshot.path);
  const postgres = await startPostgres(duckdb, say);
  const isThere = typeof postgres !== 'string';
  const product = await startServer(dataDir, 0);
  try {
    const found: QuestionMeasure[] = [];
    for (const question of questions.filter((q) => q.name.includes(part))) {
      say(`  ${question.name}`);
      found.push(await measure(question, { product, duckdb, postgres: isThere ? postgres : null }));
    }
    const viewers: ViewersMeasure[] = [];
    for (const count of part ? [] : [1, 8, 32]) {
      say(`  ${count} viewers at once`);
      viewers.push(await measureViewers(product, count));
    }
    if (!part) say('  pages in a browser');
    return {
      questions: found,
      pages: part ? [] : await pagesOf(dataDir),
      viewers,
      postgres: isThere ? postgres.version : postgres,
      peakMemoryMb: product.peakMemoryMb(),
    };
  } finally {
    await product.stop();
    if (isThere) await postgres.stop();
    duckdb.closeSync();
  }
}

/** Pages as people get them, by a server that keeps answers. */
async function pagesOf(dataDir: string): Promise<PageMeasure[] | string> {
  const served = await startServer(dataDir);
  try {
    return await measurePages(served);
  } catch (error) {
    // The answers measured before are not lost with it; the report says why there are no pages.
    return `could not be measured: ${(error as Error).message.split('\n')[0]}`;
  } finally {
    await served.stop();
  }
}

const [dataDir, part = ''] = process.argv.slice(2);
if (!dataDir) throw new Error('usage: ask.ts DATA_DIR [PART_OF_A_NAME]');
process.stdout.write(JSON.stringify(await run(dataDir, part)));
