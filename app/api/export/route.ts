import { z } from 'zod';
import type { Viewer } from '#warehouse/access.ts';
import type { Answer } from '#warehouse/answers.ts';
import { toCsv } from '#warehouse/csv.ts';
import { answerToParquet } from '#warehouse/parquet.ts';
import { querySchema } from '#warehouse/query.ts';
import { warehouse } from '../../warehouse.ts';
import { Fault } from '../errors.ts';
import { admit, privateHeaders, refuse } from '../guard.ts';
import { accountList, opportunityList } from '../inputs.ts';
import { parseJson, readBody } from '../limits.ts';
import { toPng } from './picture.ts';

export const dynamic = 'force-dynamic';

/** Beyond this a file is better made on the command line. */
const maxRows = 200_000;

const wanted = z.strictObject({
  of: z.enum(['answer', 'rows', 'opportunities', 'accounts']),
  format: z.enum(['csv', 'parquet']),
  query: z.string().max(100_000),
});

const drawing = z.strictObject({
  format: z.literal('png'),
  svg: z.string().max(1_000_000),
  name: z.string().max(80),
  background: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i)
    .default('#ffffff'),
});

/** `?of=answer|rows|opportunities|accounts&format=csv|parquet&query=JSON`: what a page shows, as a file. */
export async function GET(request: Request): Promise<Response> {
  try {
    const viewer = admit(request);
    const { of, format, query } = wanted.parse(parameters(request));
    const answer = await ask(viewer, of, parseJson(query));
    const name = [of === 'answer' ? 'numbers' : of, `as-of-${answer.asOf.slice(0, 10)}`];
    return format === 'csv' ? csv(answer, name) : parquet(answer, name);
  } catch (error) {
    return refuse(error);
  }
}

/** `{ format: 'png', svg, name, background }`: a chart of our pages as a picture. */
export async function POST(request: Request): Promise<Response> {
  try {
    admit(request);
    const { svg, name, background } = drawing.parse(parseJson(await readBody(request)));
    return file(new Uint8Array(await toPng(svg, background)), 'image/png', [name], 'png');
  } catch (error) {
    return refuse(error);
  }
}

function parameters(request: Request): Record<string, string> {
  return Object.fromEntries(new URL(request.url).searchParams);
}

async function ask(viewer: Viewer, of: z.infer<typeof wanted>['of'], input: unknown) {
  const source = warehouse();
  switch (of) {
    case 'answer':
      return source.answer(viewer, querySchema.parse(input));
    case 'rows':
      return whole(await source.rows(viewer, { ...querySchema.parse(input), limit: maxRows }));
    case 'opportunities':
      return whole(await source.opportunities(viewer, { ...list(opportunityList, input), ...all }));
    case 'accounts':
      return whole(await source.accounts(viewer, { ...list(accountList, input), ...all }));
  }
}

const all = { limit: maxRows, offset: 0 };

/** The list that a page shows a part of. */
const list = <T extends z.ZodType>(schema: T, input: unknown): z.output<T> => schema.parse(input);

function whole<T extends Answer & { count: number }>(answer: T): T {
  if (answer.count <= maxRows) return answer;
  throw new Fault(
    'too-large',
    `${answer.count} rows are more than ${maxRows}; narrow the filters.`,
  );
}

function csv(answer: Answer, name: string[]): Response {
  return file(
    toCsv(answer.columns, answer.rows),
    'text/csv; charset=utf-8; header=present',
    name,
    'csv',
  );
}

function parquet(answer: Answer, name: string[]): Response {
  return file(answerToParquet(answer), 'application/vnd.apache.parquet', name, 'parquet');
}

function file(body: BodyInit, type: string, name: string[], extension: string): Response {
  return new Response(body, {
    headers: {
      ...privateHeaders,
      'content-type': type,
      'content-disposition': `attachment; filename="${fileName(name)}.${extension}"`,
    },
  });
}

/** A name of letters, digits and hyphens, whatever was asked for. */
function fileName(parts: string[]): string {
  const name = parts
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `plumbline-${name || 'export'}`.slice(0, 80);
}
