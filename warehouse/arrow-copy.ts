import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { type Data, type DataType, Float64, makeData, Uint16, Utf8 } from 'apache-arrow';

type Vector = ReturnType<typeof duckdb.data_chunk_get_vector>;
/** One bit per row, least significant first, in DuckDB as in Arrow; null: no row is null. */
type Mask = Uint8Array | null;

/** Takes up one column of a result, chunk after chunk, without a JavaScript value per cell. */
interface ColumnCopy {
  add(vector: Vector, rows: number): void;
  finish(): Data<DataType>;
}

/**
 * Copies a result's columns: doubles as Float64, texts as Utf8, small places (usmallint) as Uint16. `check` sees each
 * chunk's doubles before they count.
 */
export async function copyColumns(
  result: DuckDBResult,
  kinds: {
    is: 'double' | 'text' | 'code';
    check: (values: Float64Array, isValid: (row: number) => boolean) => void;
  }[],
): Promise<{ rows: number; columns: Data<DataType>[] }> {
  const copies = kinds.map(({ is, check }) => {
    if (is === 'code') return copyCodes();
    return is === 'text' ? copyTexts() : copyDoubles(check);
  });
  let rows = 0;
  for (let chunk = await result.fetchChunk(); chunk?.rowCount; chunk = await result.fetchChunk()) {
    addChunk(copies, chunk);
    rows += chunk.rowCount;
  }
  return { rows, columns: copies.map((copy) => copy.finish()) };
}

function addChunk(copies: ColumnCopy[], { chunk, rowCount }: DuckDBDataChunk): void {
  for (const [i, copy] of copies.entries())
    copy.add(duckdb.data_chunk_get_vector(chunk, i), rowCount);
}

function copyDoubles(
  check: (values: Float64Array, isValid: (row: number) => boolean) => void,
): ColumnCopy {
  const values = growing();
  const validity = copyValidity();
  return {
    add: (vector, rows) => {
      const part = new Float64Array(rows);
      new Uint8Array(part.buffer).set(duckdb.vector_get_data(vector, rows * 8));
      const mask = maskOf(vector, rows);
      blank(part, mask);
      check(part, (row) => isValid(mask, row));
      values.add(new Uint8Array(part.buffer));
      validity.add(mask, rows);
    },
    finish: () => {
      const data = new Float64Array(values.bytes().slice().buffer);
      return makeData({ type: new Float64(), data, length: data.length, ...validity.finish() });
    },
  };
}

function copyCodes(): ColumnCopy {
  const codes = growing();
  const validity = copyValidity();
  return {
    add: (vector, rows) => {
      const part = new Uint16Array(rows);
      new Uint8Array(part.buffer).set(duckdb.vector_get_data(vector, rows * 2));
      const mask = maskOf(vector, rows);
      blank(part, mask);
      codes.add(new Uint8Array(part.buffer));
      validity.add(mask, rows);
    },
    finish: () => {
      const data = new Uint16Array(codes.bytes().slice().buffer);
      return makeData({ type: new Uint16(), data, length: data.length, ...validity.finish() });
    },
  };
}

/** DuckDB's text: 4 bytes of length, then up to 12 bytes of text, or 4 of its beginning and a pointer to all. */
const slot = 16;
const inlined = 12;

function copyTexts(): ColumnCopy {
  const text = growing();
  const offsets: number[] = [0];
  const validity = copyValidity();
  return {
    add: (vector, rows) => {
      const slots = duckdb.vector_get_data(vector, rows * slot);
      const view = new DataView(slots.buffer, slots.byteOffset, rows * slot);
      const mask = maskOf(vector, rows);
      for (let row = 0; row < rows; row++) {
        if (isValid(mask, row)) text.add(textAt(slots, view, row * slot));
        offsets.push(text.length());
      }
      validity.add(mask, rows);
    },
    finish: () =>
      makeData({
        type: new Utf8(),
        length: offsets.length - 1,
        valueOffsets: Int32Array.from(offsets),
        data: text.bytes().slice(),
        ...validity.finish(),
      }),
  };
}

function textAt(slots: Uint8Array, view: DataView, at: number): Uint8Array {
  const length = view.getUint32(at, true);
  if (length <= inlined) return slots.subarray(at + 4, at + 4 + length);
  return duckdb.get_data_from_pointer(
    slots.buffer as ArrayBuffer,
    slots.byteOffset + at + 8,
    length,
  );
}

/** The mask comes in words of 64 rows. */
const maskOf = (vector: Vector, rows: number): Mask =>
  duckdb.vector_get_validity(vector, Math.ceil(rows / 64) * 8);

const isValid = (mask: Mask, row: number): boolean =>
  mask === null || ((mask[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;

/** Where a value is null the database leaves whatever its memory held before: nothing that may get out. */
function blank(values: Float64Array | Uint16Array, mask: Mask): void {
  if (mask === null) return;
  for (let row = 0; row < values.length; row++) if (!isValid(mask, row)) values[row] = 0;
}

function copyValidity() {
  const bits = growing();
  let rows = 0;
  let nullCount = 0;
  return {
    add: (mask: Mask, more: number) => {
      bits.fit(Math.ceil((rows + more) / 8));
      const all = bits.bytes();
      for (let row = 0; row < more; row++, rows++)
        if (isValid(mask, row)) all[rows >> 3] = (all[rows >> 3] ?? 0) | (1 << (rows & 7));
        else nullCount += 1;
    },
    finish: () => ({ nullCount, ...(nullCount ? { nullBitmap: bits.bytes().slice() } : {}) }),
  };
}

/** Bytes whose number is not known beforehand, in one piece. */
function growing() {
  let whole = new Uint8Array(1 << 12);
  let used = 0;
  const reserve = (size: number) => {
    if (size <= whole.length) return;
    const larger = new Uint8Array(Math.max(size, whole.length * 2));
    larger.set(whole.subarray(0, used));
    whole = larger;
  };
  return {
    add: (part: Uint8Array) => {
      reserve(used + part.length);
      whole.set(part, used);
      used += part.length;
    },
    /** So long at least; what is new is 0. */
    fit: (size: number) => {
      reserve(size);
      used = Math.max(used, size);
    },
    length: () => used,
    bytes: () => whole.subarray(0, used),
  };
}
