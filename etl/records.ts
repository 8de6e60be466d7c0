import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LoadError } from './errors.ts';

/** A record may span this many lines before its open quote is taken for an error. */
const longestRecord = 200;
const longestLine = 1_000_000;
const mostColumns = 500;
const mostUnpacked = 10 * 1024 ** 3;
const mostRatio = 20;
/** Below this size a high ratio is a small repetitive file, not a bomb. */
const ratioFloor = 50_000_000;

/** Characters that stand for line ends inside a value while records travel as lines. */
export const mark = { field: '\x1f', newline: '\x1e', carriage: '\x1d' } as const;

export interface BadLine {
  line: number;
  reason: string;
  raw: string;
}

export interface Records {
  header: string[];
  delimiter: string;
  /** Records read, the bad ones included; the header and empty lines are none. */
  count: number;
  bad: BadLine[];
  missingFinalNewline: boolean;
}

export interface ReadOptions {
  from: string;
  /** Where the records go, one per line: line number, `mark.field`, raw text. */
  to: string;
  kind: 'csv' | 'jsonl';
  delimiter?: string | undefined;
  packedBytes: number;
}

interface Reading {
  result: Records;
  kind: 'csv' | 'jsonl';
  given: string | undefined;
  from: string;
  started: boolean;
  /** Lines that wait for a look ahead, with the oddness of their quotes. */
  waiting: { line: number; text: string; odd: boolean }[];
}

/**
 * Reads a text file into numbered records. A damaged line is set aside by itself: an open quote, a byte that is no
 * UTF-8, a NUL or a line beyond 1 MB never takes its neighbours along.
 */
export async function readRecords({
  from,
  to,
  kind,
  delimiter,
  packedBytes,
}: ReadOptions): Promise<Records> {
  const result: Records = {
    header: [],
    delimiter: delimiter ?? ',',
    count: 0,
    bad: [],
    missingFinalNewline: false,
  };
  const reading: Reading = {
    result,
    kind,
    given: delimiter,
    from,
    started: kind === 'jsonl',
    waiting: [],
  };
  const out = createWriteStream(to);
  let line = 0;
  for await (const lines of splitLines(from, packedBytes, result)) {
    for (const bytes of lines) take(reading, bytes, ++line);
    if (!out.write(finished(reading, false).join(''))) await once(out, 'drain');
  }
  out.end(finished(reading, true).join(''));
  await once(out, 'close');
  return result;
}

function take(reading: Reading, bytes: Buffer, line: number): void {
  if (bytes.length === 0) return;
  const reason = damage(bytes);
  if (reason && !reading.started)
    throw new LoadError('bad-source', `${reading.from}: the header ${reason}`);
  if (reason) {
    reading.result.count += 1;
    reading.result.bad.push({ line, reason, raw: bytes.subarray(0, 10_000).toString('latin1') });
    return;
  }
  const text = bytes.toString('utf8');
  if (reading.started)
    reading.waiting.push({ line, text, odd: reading.kind === 'csv' && isOdd(text) });
  else begin(reading, text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
}

function begin(reading: Reading, text: string): void {
  const { result, from } = reading;
  result.delimiter = reading.given ?? sniff(text);
  result.header = splitRecord(text, result.delimiter).map((name) => name.trim());
  reading.started = true;
  if (result.header.length > mostColumns)
    throw new LoadError(
      'bad-source',
      `${from}: ${result.header.length} columns; at most ${mostColumns} are read`,
    );
  const twice = result.header.find((name, i) => result.header.indexOf(name) !== i);
  if (twice !== undefined)
    throw new LoadError(
      'bad-source',
      `${from}: the header names column "${twice}" twice. Rename one in the export`,
    );
}

/** Takes finished records out of the waiting lines; `last` when no line will follow. */
function finished(reading: Reading, last: boolean): string[] {
  const { waiting, result } = reading;
  const done: string[] = [];
  let i = 0;
  while (i < waiting.length) {
    const first = waiting[i] as Reading['waiting'][number];
    const end = first.odd ? closingLine(reading, i) : i;
    if (end === null && !last && waiting.length - i <= longestRecord) break;
    if (end === null)
      result.bad.push({
        line: first.line,
        reason: 'opens a quote that is not closed',
        raw: first.text,
      });
    else
      done.push(
        recordLine(
          first.line,
          waiting
            .slice(i, end + 1)
            .map((w) => w.text)
            .join('\n'),
        ),
      );
    i = (end ?? i) + 1;
    result.count += 1;
  }
  reading.waiting = waiting.slice(i);
  return done;
}

/** The line on which the quote opened on line `from` is closed so that the record has the header's columns. */
function closingLine({ waiting, result }: Reading, from: number): number | null {
  const end = Math.min(waiting.length, from + longestRecord);
  for (let i = from + 1; i < end; i++) {
    if (!waiting[i]?.odd) continue;
    const joined = waiting
      .slice(from, i + 1)
      .map((w) => w.text)
      .join('\n');
    return splitRecord(joined, result.delimiter).length === result.header.length ? i : null;
  }
  return null;
}

function recordLine(line: number, text: string): string {
  const flat =
    text.includes('\n') || text.includes('\r')
      ? text.replaceAll('\n', mark.newline).replaceAll('\r', mark.carriage)
      : text;
  return `${line}${mark.field}${flat}\n`;
}

function isOdd(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}

function damage(bytes: Buffer): string | null {
  if (bytes.length > longestLine) return `is longer than ${longestLine} bytes`;
  if (bytes.includes(0)) return 'contains a NUL byte';
  if (!isUtf8(bytes)) return 'contains bytes that are not UTF-8';
  for (const code of [0x1d, 0x1e, 0x1f])
    if (bytes.includes(code)) return 'contains a control character (0x1d to 0x1f)';
  return null;
}

function sniff(header: string): string {
  const counted = [',', ';', '\t', '|'].map((mark) => ({
    mark,
    columns: splitRecord(header, mark).length,
  }));
  return counted.reduce((best, c) => (c.columns > best.columns ? c : best)).mark;
}

/** The values of one CSV record. */
export function splitRecord(text: string, delimiter: string): string[] {
  const values: string[] = [];
  for (let at = 0; ; ) {
    let end = at;
    if (text[at] === '"') {
      end = at + 1;
      while (end < text.length && (text[end] !== '"' || text[end + 1] === '"'))
        end += text[end] === '"' ? 2 : 1;
    }
    const stop = text.indexOf(delimiter, end);
    const value = text.slice(at, stop < 0 ? text.length : stop);
    values.push(
      value.startsWith('"')
        ? value.replace(/^"((?:[^"]|"")*)"/, '$1').replaceAll('""', '"')
        : value,
    );
    if (stop < 0) return values;
    at = stop + delimiter.length;
  }
}

/** Lines as bytes, without their ends (LF, CRLF), chunk by chunk. */
async function* splitLines(
  path: string,
  packedBytes: number,
  result: Records,
): AsyncGenerator<Buffer[]> {
  let rest = Buffer.alloc(0);
  let first = true;
  for await (const chunk of unpacked(path, packedBytes)) {
    if (first) refuseUtf16(chunk, path);
    first = false;
    const bytes = rest.length ? Buffer.concat([rest, chunk]) : chunk;
    const lines: Buffer[] = [];
    let from = 0;
    for (let end = bytes.indexOf(10, from); end >= 0; end = bytes.indexOf(10, from)) {
      lines.push(bytes.subarray(from, end > from && bytes[end - 1] === 13 ? end - 1 : end));
      from = end + 1;
    }
    rest = Buffer.from(bytes.subarray(from));
    yield lines;
  }
  if (!rest.length) return;
  result.missingFinalNewline = true;
  yield [rest];
}

async function* unpacked(path: string, packedBytes: number): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  const packed = path.endsWith('.gz');
  const stream: Readable = packed ? file.pipe(createGunzip()) : file;
  let total = 0;
  for await (const chunk of stream) {
    total += (chunk as Buffer).length;
    if (packed && (total > mostUnpacked || (total > ratioFloor && total > packedBytes * mostRatio)))
      throw new LoadError(
        'bad-source',
        `${path} unpacks to more than is believable (${total} bytes from ${packedBytes}); unpack it yourself if it is right`,
      );
    yield chunk as Buffer;
  }
}

function refuseUtf16(chunk: Buffer, path: string): void {
  const marked =
    (chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff);
  const head = chunk.subarray(0, 4000);
  const zeros = head.reduce((n, byte) => n + (byte === 0 ? 1 : 0), 0);
  if (marked || zeros > head.length / 4)
    throw new LoadError('bad-source', `${path} is UTF-16; export it as UTF-8`);
}
