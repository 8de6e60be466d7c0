import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { sumMoney } from '#warehouse/cents.ts';
import { type Query, querySchema } from '#warehouse/query.ts';
import { LoadError } from './errors.ts';

/** What `query --json` writes, as far as the same number can be asked for again. */
const answerSchema = z.looseObject({
  query: querySchema,
  rows: z.array(z.record(z.string(), z.unknown())),
  total: z.union([z.string(), z.number()]).nullish(),
});

/** A question from a file, and the number it gave when that was written. */
export interface FigureFile {
  query: Query;
  recorded: string | number | undefined;
}

/** Reads an answer that `query --json` wrote, or a bare question. Throws `wrong-use` naming the file. */
export function readFigure(path: string): FigureFile {
  const content = parseFile(path);
  const answer = answerSchema.safeParse(content);
  if (answer.success) return { query: answer.data.query, recorded: recordedIn(answer.data) };
  const query = querySchema.safeParse(content);
  if (query.success) return { query: query.data, recorded: undefined };
  throw new LoadError(
    'wrong-use',
    `${path} is neither an answer of "plumbline query --json" nor a question such as {"metrics": ["openPipeline"]}: ${query.error.issues[0]?.message ?? ''}`,
  );
}

function parseFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new LoadError('wrong-use', `${path} cannot be read as JSON: ${(error as Error).message}`);
  }
}

/** The one number of an answer; none where its rows need not be all of it. */
function recordedIn({ query, rows, total }: z.infer<typeof answerSchema>): FigureFile['recorded'] {
  if (typeof total === 'string' || typeof total === 'number') return total;
  const [name] = query.metrics;
  if (!name || query.limit !== undefined) return undefined;
  const cells = rows.map((row) => row[name]);
  if (cells.every((cell) => typeof cell === 'string')) return sumMoney(cells);
  const divided = query.by.includes('product');
  if (divided || !cells.every((cell) => typeof cell === 'number')) return undefined;
  return cells.reduce((sum, cell) => sum + cell, 0);
}
