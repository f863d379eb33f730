/**
 * Columns of names that stand for small numbers, and back.
 *
 * @module
 */
import type { ColumnBuffers } from "../arrow/ipc.ts";

/** The name of `codes[row] - first` for each row, null where there is none. */
export function namesOf(codes: Uint8Array, first: number, names: readonly string[]): ColumnBuffers {
  const texts = names.map((name) => new TextEncoder().encode(name));
  const rows = codes.length;
  const offsets = new Int32Array(rows + 1);
  let nulls = 0;
  for (let row = 0; row < rows; row++) {
    const text = texts[codes[row]! - first];
    if (text === undefined) nulls++;
    offsets[row + 1] = offsets[row]! + (text?.length ?? 0);
  }
  const values = new Uint8Array(offsets[rows]!);
  const validity = nulls === 0 ? null : new Uint8Array(rows + 7 >> 3);
  for (let row = 0; row < rows; row++) {
    const text = texts[codes[row]! - first];
    if (text === undefined) continue;
    // Byte by byte: a call for five bytes costs more than the bytes.
    for (let at = offsets[row]!, from = 0; from < text.length; from++) values[at++] = text[from]!;
    if (validity !== null) validity[row >> 3]! |= 1 << (row & 7);
  }
  return { validity, nullCount: nulls, offsets, values };
}

/**
 * The numbers that the names of a column stand for; `otherwise` where there is none.
 *
 * @throws {SyntaxError} A name that is none of `names`.
 */
export function codesOf(
  column: ColumnBuffers,
  rows: number,
  first: number,
  names: readonly string[],
  otherwise: number,
): Uint8Array {
  const { offsets, validity } = column;
  if (offsets === undefined) throw new SyntaxError("a column of names holds no texts");
  const bytes = new Uint8Array(column.values.buffer, column.values.byteOffset, column.values.byteLength);
  const known = names.map((name) => new TextEncoder().encode(name));
  const codes = new Uint8Array(rows).fill(otherwise);
  for (let row = 0; row < rows; row++) {
    if (validity !== null && (validity[row >> 3]! >> (row & 7) & 1) === 0) continue;
    const from = offsets[row]!, length = offsets[row + 1]! - from;
    const code = known.findIndex((name) =>
      name.length === length && name.every((byte, at) => byte === bytes[from + at])
    );
    if (code < 0) throw new SyntaxError(`a name is none of ${names.join(", ")}`);
    codes[row] = first + code;
  }
  return codes;
}
