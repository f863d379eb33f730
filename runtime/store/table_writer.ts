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

/** Rows that wait are inserted when they take so many bytes. */
const WAITING_BYTES = 4 << 20;

/** Appends to one table. What DuckDB does for an insert does not depend on its rows, so small ones are gathered. */
export class TableWriter {
  readonly #engine: Pick<WasmEngine, "insert">;
  #table: string;
  readonly #schema: Uint8Array<ArrayBuffer>;
  #stream = new Uint8Array(0);
  /** Behind the rows that wait; 0 while none do. */
  #end = 0;

  /** The columns must be those of the table. */
  constructor(engine: Pick<WasmEngine, "insert">, table: string, columns: readonly ColumnSpec[]) {
    this.#engine = engine;
    this.#table = table;
    this.#schema = encodeSchema(columns);
  }

  /** What is added from now on goes to another table with the same columns, through the same memory. */
  goOnIn(table: string): void {
    this.flush();
    this.#table = table;
  }

  /** Takes rows and gives their bytes; their memory may be used again afterwards. They are there after {@link flush}. */
  add({ rows, columns }: TableRows): number {
    if (rows === 0) return 0;
    const from = this.#end || this.#schema.length;
    const message = encodeRecordBatch(rows, columns, [], (bytes) => {
      this.#makeRoom(from, bytes + END_OF_STREAM.length);
      return this.#stream.subarray(from, from + bytes);
    });
    this.#end = from + message.length;
    if (this.#end > WAITING_BYTES) this.flush();
    return message.length;
  }

  /** Inserts the rows that wait. */
  flush(): void {
    const end = this.#end;
    if (end === 0) return;
    this.#end = 0;
    // Without its end mark a stream inserts nothing, says nothing, and breaks the next insert.
    this.#stream.set(END_OF_STREAM, end);
    this.#engine.insert(this.#table, this.#stream.subarray(0, end + END_OF_STREAM.length));
  }

  /** Room for so many bytes behind `from`; what stands before it stays. */
  #makeRoom(from: number, bytes: number): void {
    if (from + bytes <= this.#stream.length) return;
    const grown = new Uint8Array(Math.ceil((from + bytes) * 1.25));
    grown.set(this.#stream.subarray(0, from));
    grown.set(this.#schema);
    this.#stream = grown;
  }
}
