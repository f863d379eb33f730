/**
 * Appends rows to one table of the store, as Arrow IPC streams made in memory that is used again and again: on many
 * machines the first touch of fresh memory costs more than everything else that happens to a row.
 *
 * @module
 */
import {
  type ColumnBuffers,
  type ColumnSpec,
  encodeRecordBatch,
  encodeSchema,
  END_OF_STREAM,
} from "../arrow/ipc.ts";
import type { WasmEngine } from "./wasm_engine.ts";

/** Rows as columns, in the order of the table. */
export interface TableRows {
  readonly rows: number;
  readonly columns: readonly ColumnBuffers[];
}

/** Appends to one table. */
export class TableWriter {
  readonly #engine: Pick<WasmEngine, "insert">;
  readonly #table: string;
  readonly #schema: Uint8Array<ArrayBuffer>;
  #stream = new Uint8Array(0);

  /** The columns must be those of the table. */
  constructor(engine: Pick<WasmEngine, "insert">, table: string, columns: readonly ColumnSpec[]) {
    this.#engine = engine;
    this.#table = table;
    this.#schema = encodeSchema(columns);
  }

  /** Inserts the rows and gives their bytes; their memory may be used again afterwards. */
  add({ rows, columns }: TableRows): number {
    if (rows === 0) return 0;
    const from = this.#schema.length;
    const message = encodeRecordBatch(rows, columns, [], (bytes) => {
      const whole = from + bytes + END_OF_STREAM.length;
      if (whole > this.#stream.length) {
        this.#stream = new Uint8Array(Math.ceil(whole * 1.25));
        this.#stream.set(this.#schema);
      }
      return this.#stream.subarray(from, from + bytes);
    });
    const end = from + message.length;
    // Without its end mark a stream inserts nothing, says nothing, and breaks the next insert.
    this.#stream.set(END_OF_STREAM, end);
    this.#engine.insert(this.#table, this.#stream.subarray(0, end + END_OF_STREAM.length));
    return message.length;
  }
}
