/**
 * An Arrow IPC stream in memory as rows: what parquet-wasm gives back.
 *
 * @module
 */
import { type ColumnBuffers, type ColumnSpec, columnWidth, decodeHeader } from "../arrow/ipc.ts";
import type { BatchHeader } from "../arrow/wire.ts";
import type { TableRows } from "../store/table_writer.ts";

const PREFIX_BYTES = 8;

/** Columns, and those of them, at the end, that a stream may be without. */
export interface StreamColumns {
  readonly columns: readonly ColumnSpec[];
  readonly later: readonly string[];
}

/** The columns that a stream has to have, or what makes them of those that it has and throws where they cannot be. */
export type WantedColumns = StreamColumns | ((found: readonly ColumnSpec[]) => readonly ColumnSpec[]);

/** Rows that say what they are. */
export interface SpecifiedRows extends TableRows {
  /** Of the columns. */
  readonly specs: readonly ColumnSpec[];
}

/**
 * The batches of a stream. They share its memory.
 *
 * @throws {SyntaxError | RangeError} It has other columns, or does not fit together.
 */
export function decodeStream(stream: Uint8Array<ArrayBuffer>, wanted: WantedColumns): SpecifiedRows[] {
  let found: readonly ColumnSpec[] = [], specs: readonly ColumnSpec[] = [];
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const batches: SpecifiedRows[] = [];
  for (let at = 0; at + PREFIX_BYTES <= stream.length;) {
    const headerBytes = view.getInt32(at + 4, true);
    if (headerBytes === 0) break;
    const bodyAt = at + PREFIX_BYTES + headerBytes;
    const header = decodeHeader(stream.subarray(at + PREFIX_BYTES, bodyAt));
    const body = stream.subarray(bodyAt, bodyAt + header.bodyBytes);
    if (header.kind === "schema") {
      found = typeof wanted === "function" ? wanted(header.columns) : chooseColumns(header.columns, wanted);
      specs = typeof wanted === "function" ? found : wanted.columns;
    } else {
      const decoded = decodeColumns(header, body, found);
      const later = specs.slice(decoded.length).map((column) => zeros(column, header.rows));
      batches.push({ rows: header.rows, specs, columns: [...decoded, ...later] });
    }
    at = bodyAt + header.bodyBytes;
  }
  return batches;
}

/** All of them, or those without the ones that came later. */
function chooseColumns(
  found: readonly ColumnSpec[],
  { columns, later }: StreamColumns,
): readonly ColumnSpec[] {
  const spell = (columns: readonly ColumnSpec[]) =>
    columns.map(({ name, type }) => `${name} ${type}`).join(", ");
  const earlier = columns.filter(({ name }) => !later.includes(name));
  const chosen = [columns, earlier].find((list) => spell(list) === spell(found));
  if (chosen === undefined) throw new SyntaxError(`it has other columns (${spell(found)})`);
  return chosen;
}

function zeros({ type }: ColumnSpec, rows: number): ColumnBuffers {
  return {
    validity: null,
    nullCount: 0,
    values: numbers(type, new Uint8Array(columnWidth(type) * rows), rows),
  };
}

function decodeColumns(
  header: BatchHeader,
  body: Uint8Array<ArrayBuffer>,
  columns: readonly ColumnSpec[],
): ColumnBuffers[] {
  let at = 0;
  const take = (): Uint8Array<ArrayBuffer> => {
    const [offset, length] = header.buffers[at++] ?? [0, 0];
    if (offset + length > body.length) throw new RangeError("a column leads outside of its batch");
    return body.subarray(offset, offset + length);
  };
  return columns.map(({ name, type, nullable }, number) => {
    const nullCount = header.nodes[number]?.[1] ?? 0;
    if (nullCount > 0 && !nullable) throw new SyntaxError(`column "${name}" has rows without a value`);
    const bits = take();
    const validity = nullCount === 0 ? null : bits;
    if (columnWidth(type) > 0) return { validity, nullCount, values: numbers(type, take(), header.rows) };
    const offsets = new Int32Array(aligned(take(), 4, header.rows + 1).buffer);
    const values = take();
    if ((offsets.at(-1) ?? 0) > values.length) throw new RangeError(`column "${name}" has too few bytes`);
    return { validity, nullCount, offsets, values };
  });
}

function numbers(type: ColumnSpec["type"], bytes: Uint8Array<ArrayBuffer>, rows: number): ArrayBufferView {
  const { buffer } = aligned(bytes, columnWidth(type), rows);
  switch (type) {
    case "bool":
    case "int8":
    case "uint8":
      return new Uint8Array(buffer);
    case "int16":
    case "uint16":
      return new Uint16Array(buffer);
    case "int32":
    case "float32":
    case "uint32":
      return new Uint32Array(buffer);
    case "uint64":
      return new BigUint64Array(buffer);
    case "int64":
    case "timestamp_ns":
      return new BigInt64Array(buffer);
    default:
      return new Uint8Array(buffer);
  }
}

/** The bytes of `count` values as memory of their own. */
function aligned(bytes: Uint8Array<ArrayBuffer>, width: number, count: number): Uint8Array<ArrayBuffer> {
  const needed = Math.ceil(width * count);
  if (bytes.length < needed) {
    throw new RangeError(`a column has ${bytes.length} bytes where its rows need ${needed}`);
  }
  return bytes.slice(0, needed);
}
