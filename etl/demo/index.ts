import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Book, openBook } from './book.ts';
import { callFile, makeCalls } from './calls.ts';
import { playClones } from './clones.ts';
import { foundCompany } from './company.ts';
import { type BrokenPlace, type ExportFile, writeExport } from './csv.ts';
import { eventFile, taskFile } from './export-activities.ts';
import {
  contactRoleFile,
  fieldHistoryFile,
  historyFile,
  lineFile,
  opportunityFile,
  productFile,
  stageFile,
} from './export-opportunities.ts';
import { accountFile, contactFile, roleFile, userFile } from './export-people.ts';
import { leadFile } from './leads.ts';
import { loadConfig } from './load-config.ts';
import { type DemoOptions, extractDays } from './plan.ts';
import { rewritePast } from './rewrites.ts';
import { simulate } from './simulate.ts';
import { datedRateFile, planRateFile, quotaFile, wonByQuarter } from './targets.ts';
import { dayText } from './time.ts';
import { tellTruth } from './truth.ts';

export interface DemoRequest {
  folder: string;
  seed: number;
  /** The day on which the files are taken, `YYYY-MM-DD`. */
  today: string;
  /** 1 is about 12,000 opportunities. */
  scale: number;
  /** false: a company in which nothing was planted. */
  stories: boolean;
}

/** Writes exports, load config, truth and what `writeNextWeek` needs; the same request gives the same bytes. */
export async function writeDemo({ folder, ...options }: DemoRequest): Promise<{ files: string[] }> {
  if (!(options.scale >= 0.01 && options.scale <= 100))
    throw new RangeError(`scale ${options.scale} is not between 0.01 and 100`);
  if (!Number.isSafeInteger(options.seed))
    throw new RangeError(`seed ${options.seed} is not a whole number`);
  forgetWeeks(folder);
  return write(folder, { ...options, week: 0 });
}

/** The same company seven days later: new dated extracts, the other files written again, and the past rewritten here and there. */
export async function writeNextWeek({
  folder,
}: {
  folder: string;
}): Promise<{ files: string[]; today: string }> {
  const path = join(folder, 'demo.json');
  if (!existsSync(path))
    throw new RangeError(`${path} is not there: make the demo company in this folder first`);
  const { seed, today, scale, stories, week } = JSON.parse(
    readFileSync(path, 'utf8'),
  ) as DemoOptions;
  return write(folder, { seed, today, scale, stories, week: week + 1 });
}

/** A company that starts anew must not find the dated extracts of another's weeks. */
function forgetWeeks(folder: string): void {
  const exports = join(folder, 'exports');
  if (!existsSync(join(folder, 'demo.json')) || !existsSync(exports)) return;
  for (const name of readdirSync(exports))
    if (/^(User|UserRole|Account)_\d{4}-\d{2}-\d{2}\.csv$/.test(name)) rmSync(join(exports, name));
}

function write(folder: string, options: DemoOptions): { files: string[]; today: string } {
  const company = foundCompany(options);
  const { lives, clones } = playClones(company, simulate(company));
  const judged = { won: wonByQuarter(lives), calls: makeCalls(company, lives) };
  const { rewrites, merged } = rewritePast(company, lives);
  const book = openBook(company, lives, merged, judged);
  const broken: BrokenPlace[] = [];
  const files = exportFiles(book).map((file) => {
    const written = writeExport(join(folder, 'exports'), {
      ...file,
      broken: book.broken.get(file.name) ?? [],
    });
    broken.push(...written.broken);
    return written.path;
  });
  mkdirSync(folder, { recursive: true });
  files.push(writeJson(folder, 'plumbline.json', loadConfig(company.plan)));
  files.push(writeJson(folder, 'truth.json', tellTruth(book, { clones, rewrites, broken })));
  files.push(writeJson(folder, 'demo.json', options));
  return { files, today: dayText(company.plan.cut) };
}

function writeJson(folder: string, name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
  return path;
}

/** The first week has all dated extracts so far, each later week adds its own. */
function exportFiles(book: Book): ExportFile[] {
  const days = book.plan.week ? extractDays(book.plan).slice(-1) : extractDays(book.plan);
  return [
    ...days.flatMap((on) => [userFile(book, on), roleFile(book, on), accountFile(book, on)]),
    contactFile(book),
    productFile(book),
    stageFile(),
    opportunityFile(book),
    historyFile(book),
    fieldHistoryFile(book),
    lineFile(book),
    contactRoleFile(book),
    taskFile(book),
    eventFile(book),
    leadFile(book),
    quotaFile(book),
    callFile(book.calls),
    datedRateFile(book),
    planRateFile(book),
  ];
}
