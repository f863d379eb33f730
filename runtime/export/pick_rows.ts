import type { BytesColumn, ExpandedRows } from "../arrow/expand.ts";

/** Some rows of a batch, in the order of `picked`, as copies. */
export function pickRows(rows: ExpandedRows, picked: readonly number[]): ExpandedRows {
  const bytes = (from: Uint8Array) => Uint8Array.from(picked, (row) => from[row]!);
  const shorts = (from: Uint16Array) => Uint16Array.from(picked, (row) => from[row]!);
  const words = (from: Uint32Array) => Uint32Array.from(picked, (row) => from[row]!);
  const unsigned = (from: BigUint64Array) => BigUint64Array.from(picked, (row) => from[row]!);
  const signed = (from: BigInt64Array) => BigInt64Array.from(picked, (row) => from[row]!);
  const known = pickBits(rows.readTsValidity, picked);
  return {
    rows: picked.length,
    idx: unsigned(rows.idx),
    ts: signed(rows.ts),
    ticks: unsigned(rows.ticks),
    processor: shorts(rows.processor),
    seq: unsigned(rows.seq),
    severity: bytes(rows.severity),
    kind: bytes(rows.kind),
    flags: bytes(rows.flags),
    type: words(rows.type),
    remarks: words(rows.remarks),
    pid: words(rows.pid),
    tid: words(rows.tid),
    message: pickBytes(rows.message, picked),
    data: pickBytes(rows.data, picked),
    readTs: signed(rows.readTs),
    readTsValidity: known.validity,
    readTsNullCount: known.nullCount,
  };
}

function pickBits(
  bits: Uint8Array | null,
  picked: readonly number[],
): { validity: Uint8Array | null; nullCount: number } {
  if (bits === null) return { validity: null, nullCount: 0 };
  const validity = new Uint8Array(picked.length + 7 >> 3);
  let nullCount = 0;
  picked.forEach((row, at) => {
    if (bits[row >> 3]! >> (row & 7) & 1) validity[at >> 3]! |= 1 << (at & 7);
    else nullCount++;
  });
  return { validity, nullCount };
}

function pickBytes({ validity, offsets, values }: BytesColumn, picked: readonly number[]): BytesColumn {
  const places = new Int32Array(picked.length + 1);
  picked.forEach((row, at) => places[at + 1] = places[at]! + offsets[row + 1]! - offsets[row]!);
  const copies = new Uint8Array(places[picked.length]!);
  picked.forEach((row, at) => copies.set(values.subarray(offsets[row], offsets[row + 1]), places[at]));
  return { ...pickBits(validity, picked), offsets: places, values: copies };
}
