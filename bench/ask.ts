import { findCurrent } from '#warehouse/snapshot.ts';
import { openWarehouse } from '#warehouse/warehouse.ts';
import { measure, openRaw, type QuestionMeasure } from './measure.ts';
import { questions } from './questions.ts';

/** What the questions took, and what the process that asked them needed. */
export interface AskMeasure {
  questions: QuestionMeasure[];
  peakMemoryMb: number;
}

/** Run as a process of its own: `ask.ts DATA_DIR [PART_OF_A_NAME]`. */
async function run(dataDir: string, part: string): Promise<AskMeasure> {
  const snapshot = findCurrent(dataDir);
  if (!snapshot) throw new Error(`${dataDir} has no snapshot`);
  const warehouse = openWarehouse(dataDir, { cacheBytes: 0 });
  const db = await openRaw(snapshot.path);
  const found: QuestionMeasure[] = [];
  for (const question of questions.filter((q) => q.name.includes(part))) {
    process.stderr.write(`  ${question.name}\n`);
    found.push(await measure(question, warehouse, db));
  }
  db.closeSync();
  await warehouse.close();
  return { questions: found, peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024) };
}

const [dataDir, part = ''] = process.argv.slice(2);
if (!dataDir) throw new Error('usage: ask.ts DATA_DIR [PART_OF_A_NAME]');
process.stdout.write(JSON.stringify(await run(dataDir, part)));
