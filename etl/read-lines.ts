import { isUtf8 } from 'node:buffer';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  openSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { once } from 'node:events';
import type { DuckDBConnection } from '@duckdb/node-api';
import { LoadError } from './errors.ts';
import { quoteText } from './mapping.ts';
import { one, run } from './sql.ts';

/** A line that cannot be text; it stays in the numbering as an empty line. */
export interface BadLine {
  line: number;
  reason: string;
  raw: string;
}

/** A file whose every line DuckDB reads as one value, numbered as in the file. */
export interface TextFile {
  path: string;
  lines: number;
  bad: BadLine[];
  finalNewline: boolean;
  /** The path is a cleaned text of our own, to be removed afterwards. */
  temporary: boolean;
}

const lineLimit = 1 << 20;
const gzipRatio = 20;
const gzipBytes = 10 * 2 ** 30;
/** Below this size a high ratio is a small repetitive file, not a bomb. */
const gzipFloor = 1 << 20;
const [lf, cr] = [10, 13];

/**
 * Looks at a landed file: UTF-16 is refused, gzip unpacked within limits, and lines that are no text (bad bytes, NUL,
 * over-long) are set aside. A clean file is used as it is; otherwise a text with `\n` line ends is written beside it.
 */
export async function prepareLines(path: string): Promise<TextFile> {
  const head = headOf(path);
  refuseForeign(path, head);
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  const seen = packed ? null : await scan(path);
  if (seen?.clean && !hasBom(head))
    return { path, lines: seen.lines, bad: [], finalNewline: seen.finalNewline, temporary: false };
  return cleaned(path, packed);
}

/** Creates a temp table with one `line` per physical line; its rowid is the line number less one, null an empty line. */
export async function readLines(
  db: DuckDBConnection,
  text: TextFile,
  table: string,
): Promise<void> {
  await run(
    db,
    `create or replace temp table ${table} as select line from read_csv(${quoteText(text.path)}, header=false, auto_detect=false,
    delim=E'\\x01', quote='', escape='', columns={'line':'VARCHAR'}, strict_mode=false, max_line_size=${2 * lineLimit})`,
  );
  const found = Number(await one(db, `select count(*) from ${table}`));
  if (found !== text.lines)
    throw new LoadError(
      'failed',
      `${text.path}: ${text.lines} lines were counted and ${found} read; nothing of it is used`,
    );
}

interface Seen {
  clean: boolean;
  lines: number;
  finalNewline: boolean;
}

async function scan(path: string): Promise<Seen> {
  const seen: Seen = { clean: true, lines: 0, finalNewline: true };
  let [feeds, pairs, returns] = [0, 0, 0];
  for await (const block of blocks(createReadStream(path, { highWaterMark: lineLimit }))) {
    const marks = lineMarks(block);
    feeds += marks.feeds;
    pairs += marks.pairs;
    returns += marks.returns;
    seen.finalNewline = block[block.length - 1] === lf;
    if (marks.longest > lineLimit || !isPlain(block)) seen.clean = false;
    if (!seen.clean) return seen;
  }
  seen.clean = returns === 0 || (returns === feeds && pairs === feeds);
  seen.lines = feeds + (seen.finalNewline ? 0 : 1);
  return seen;
}

const isPlain = (block: Buffer): boolean =>
  isUtf8(block) && !block.includes(0) && !block.includes(1);

function lineMarks(block: Buffer): {
  feeds: number;
  pairs: number;
  returns: number;
  longest: number;
} {
  const marks = { feeds: 0, pairs: 0, returns: 0, longest: 0 };
  let start = 0;
  for (let at = block.indexOf(lf); at >= 0; at = block.indexOf(lf, start)) {
    marks.feeds++;
    if (at > 0 && block[at - 1] === cr) marks.pairs++;
    if (at - start > marks.longest) marks.longest = at - start;
    start = at + 1;
  }
  marks.longest = Math.max(marks.longest, block.length - start);
  for (let at = block.indexOf(cr); at >= 0; at = block.indexOf(cr, at + 1)) marks.returns++;
  return marks;
}

async function cleaned(path: string, packed: boolean): Promise<TextFile> {
  const text: TextFile = {
    path: `${path}.text`,
    lines: 0,
    bad: [],
    finalNewline: true,
    temporary: true,
  };
  const target = createWriteStream(text.path);
  const failed = once(target, 'error').then(([error]) => Promise.reject(error as Error));
  const written = (async () => {
    for await (const block of blocks(
      packed ? unpacked(path) : createReadStream(path, { highWaterMark: lineLimit }),
    )) {
      const last = block[block.length - 1];
      text.finalNewline = last === lf || last === cr;
      const clean = cleanBlock(text.lines === 0 && hasBom(block) ? block.subarray(3) : block, text);
      if (!target.write(clean)) await once(target, 'drain');
    }
    target.end();
    await once(target, 'close');
  })();
  try {
    await Promise.race([written, failed]);
    return text;
  } catch (error) {
    target.destroy();
    rmSync(text.path, { force: true });
    throw error;
  }
}

function cleanBlock(block: Buffer, text: TextFile): Buffer {
  const even = block.includes(cr)
    ? Buffer.from(block.toString('latin1').replace(/\r\n?/g, '\n'), 'latin1')
    : block;
  const { feeds, longest } = lineMarks(even);
  const tail = even[even.length - 1] === lf ? 0 : 1;
  const whole = isPlain(even) && longest <= lineLimit ? even : Buffer.concat(goodLines(even, text));
  text.lines += feeds + (even.length ? tail : 0);
  return whole;
}

function goodLines(block: Buffer, text: TextFile): Buffer[] {
  const good: Buffer[] = [];
  let number = text.lines;
  for (let start = 0; start < block.length; ) {
    const end = block.indexOf(lf, start);
    const next = end < 0 ? block.length : end + 1;
    const line = block.subarray(start, end < 0 ? block.length : end);
    const reason = problemOf(line);
    number++;
    if (reason) text.bad.push({ line: number, reason, raw: printable(line.subarray(0, 4000)) });
    good.push(reason ? Buffer.from('\n') : block.subarray(start, next));
    start = next;
  }
  return good;
}

function problemOf(line: Buffer): string | null {
  if (line.length > lineLimit) return 'is longer than 1 MB';
  if (line.includes(0)) return `holds a NUL byte at position ${line.indexOf(0) + 1}`;
  if (line.includes(1)) return `holds the control byte 0x01 at position ${line.indexOf(1) + 1}`;
  if (isUtf8(line)) return null;
  const at = badByte(line);
  return `byte 0x${hex(line[at] ?? 0)} at position ${at + 1} is not UTF-8; export the file as UTF-8`;
}

const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');

function badByte(line: Buffer): number {
  for (let at = 0; at < line.length; at += goodLength(line, at))
    if (!goodLength(line, at)) return at;
  return line.length;
}

/** Bytes of the valid character at a position, 0 when there is none. */
function goodLength(line: Buffer, at: number): number {
  const byte = line[at] ?? 0;
  if (byte < 0x80) return 1;
  const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
  const whole = line.subarray(at, at + length);
  return whole.length === length && isUtf8(whole) ? length : 0;
}

/** Text of damaged bytes, those that are no text written as \xHH. */
function printable(line: Buffer): string {
  const parts: string[] = [];
  for (let at = 0; at < line.length; ) {
    const length = goodLength(line, at);
    const byte = line[at] ?? 0;
    parts.push(length && byte > 1 ? line.toString('utf8', at, at + length) : `\\x${hex(byte)}`);
    at += length || 1;
  }
  return parts.join('');
}

/** Cuts a stream after line ends, so that no block ends inside a line; of a line beyond the limit only the head is kept. */
async function* blocks(source: Readable): AsyncGenerator<Buffer> {
  let carry: Buffer = Buffer.alloc(0);
  for await (const chunk of source as AsyncIterable<Buffer>) {
    const data = carry.length ? Buffer.concat([carry, chunk]) : chunk;
    const cut = lastEnd(data);
    if (cut) yield data.subarray(0, cut);
    carry = cut ? Buffer.from(data.subarray(cut)) : data;
    if (carry.length > lineLimit + 1)
      carry = Buffer.concat([carry.subarray(0, lineLimit + 1), carry.subarray(-1)]);
  }
  if (carry.length) yield carry;
}

function lastEnd(data: Buffer): number {
  const feed = data.lastIndexOf(lf);
  // A return at the very end may be half of a pair.
  return feed >= 0 ? feed + 1 : data.subarray(0, -1).lastIndexOf(cr) + 1;
}

async function* limited(
  path: string,
  source: Readable,
  packedBytes: () => number,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > gzipBytes || (bytes > gzipFloor && bytes > gzipRatio * packedBytes()))
      throw new LoadError(
        'bad-source',
        `${path} unpacks to more than ${bytes > gzipBytes ? '10 GB' : '20 times its size'}; unpack it yourself if you trust it`,
      );
    yield chunk;
  }
}

function unpacked(path: string): Readable {
  const gunzip = createGunzip({ chunkSize: lineLimit });
  const source = createReadStream(path, { highWaterMark: lineLimit });
  source.on('error', (error) => gunzip.destroy(error));
  const size = statSync(path).size;
  const chunks = limited(path, source.pipe(gunzip), () => size);
  return named(path, chunks) as unknown as Readable;
}

async function* named(path: string, chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    if (error instanceof LoadError) throw error;
    throw new LoadError(
      'bad-source',
      `${path} is a damaged or cut gzip file: ${(error as Error).message}. Export it again`,
      error,
    );
  }
}

const hasBom = (head: Buffer): boolean => head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;

function headOf(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(4096);
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } finally {
    closeSync(file);
  }
}

function refuseForeign(path: string, head: Buffer): void {
  const [first, second] = head;
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const zeros = head.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  if (marked || (head.length > 3 && first !== 0x1f && zeros > head.length / 4))
    throw new LoadError('bad-source', `${path} is UTF-16; save or export it as UTF-8`);
  if (first === 0x50 && second === 0x4b && head[2] === 3)
    throw new LoadError(
      'bad-source',
      `${path} is a zip archive (or a spreadsheet); unpack it or save it as CSV`,
    );
}
