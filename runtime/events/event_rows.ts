/**
 * The rows of one event's table: what every entry has, and a column for each argument.
 *
 * @module
 */
import type { ExpandedNumbers } from "../arrow/expand.ts";
import type { ColumnSpec } from "../arrow/ipc.ts";
import type { WireBatch } from "../arrow/wire.ts";
import type { TableRows } from "../store/table_writer.ts";
import { arrowBuffers, arrowSpec } from "./arrow_column.ts";
import type { EventRows } from "./event_batch.ts";
import { foldName } from "./unique_keys.ts";

/** Columns of every event's table, in front of its arguments. */
export const EVENT_BASE_COLUMNS: readonly ColumnSpec[] = [
  { name: "idx", type: "uint64", nullable: false },
  { name: "ts", type: "timestamp_ns", nullable: false },
  { name: "processor", type: "uint16", nullable: false },
  { name: "severity", type: "uint8", nullable: false },
  { name: "pid", type: "uint32", nullable: false },
  { name: "tid", type: "uint32", nullable: false },
  { name: "site", type: "uint32", nullable: false },
];

/** Rows of one event, in index order, with the columns that are known by then. */
export interface EventTableRows {
  /** Of the event, as its first site spells it. */
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
  readonly rows: TableRows;
}

/** The columns of a table with these arguments. */
export function eventColumns(columns: readonly { name: string; type: number }[]): ColumnSpec[] {
  return [...EVENT_BASE_COLUMNS, ...columns.map(arrowSpec)];
}

/**
 * Takes the columns of a stored table, which may be of a time when fewer arguments were known.
 *
 * @throws {SyntaxError} They are none of an event's table.
 */
export function checkEventColumns(found: readonly ColumnSpec[]): readonly ColumnSpec[] {
  const isBase = EVENT_BASE_COLUMNS.every(({ name, type }, at) =>
    found[at]?.name === name && found[at].type === type
  );
  const names = new Set(found.map(({ name }) => foldName(name)));
  // A producer's names have none; here one would end a statement.
  const isNamed = found.every(({ name }) => name !== "" && !name.includes("\0"));
  if (!isBase || !isNamed || names.size !== found.length) {
    throw new SyntaxError(
      `it has other columns than an event's table (${found.map(({ name }) => name).join(", ")})`,
    );
  }
  return found.map((column, at) => at < EVENT_BASE_COLUMNS.length ? column : { ...column, nullable: true });
}

/** The rows of one event in a batch, with what the batch says of them. */
export function toEventRows(
  name: string,
  { rowNumbers, columns }: EventRows,
  batch: Pick<WireBatch, "type">,
  entries: ExpandedNumbers,
): EventTableRows {
  const count = rowNumbers.length;
  const take = <Values extends { [row: number]: number }>(from: Values, to: Values): Values => {
    for (let at = 0; at < count; at++) to[at] = from[rowNumbers[at]!]!;
    return to;
  };
  const base = [
    takeWords(entries.idx, rowNumbers, new BigUint64Array(count)),
    takeWords(entries.ts, rowNumbers, new BigInt64Array(count)),
    take(entries.processor, new Uint16Array(count)),
    take(entries.severity, new Uint8Array(count)),
    take(entries.pid, new Uint32Array(count)),
    take(entries.tid, new Uint32Array(count)),
    take(batch.type, new Uint32Array(count)),
  ];
  return {
    name,
    columns: eventColumns(columns),
    rows: {
      rows: count,
      columns: [
        ...base.map((values) => ({ validity: null, nullCount: 0, values })),
        ...columns.map(arrowBuffers),
      ],
    },
  };
}

/** By their halves: a bigint for each costs more than everything else here. */
function takeWords<Words extends BigUint64Array | BigInt64Array>(
  from: Words,
  rowNumbers: Uint32Array,
  to: Words,
): Words {
  const halves = new Uint32Array(from.buffer, from.byteOffset, 2 * from.length);
  const taken = new Uint32Array(to.buffer, to.byteOffset, 2 * to.length);
  for (let at = 0; at < rowNumbers.length; at++) {
    const row = rowNumbers[at]!;
    taken[2 * at] = halves[2 * row]!;
    taken[2 * at + 1] = halves[2 * row + 1]!;
  }
  return to;
}
