/**
 * Typed events read by the reader library (`rs_events_*` in driver/include/rs_reader.h).
 * @module
 */
import type { EventBatch, EventColumn, EventReader, EventRows, TextColumn } from "../events/event_batch.ts";
import { checkColumns, checkNumber } from "../events/script_events.ts";
import { DriverError } from "../errors.ts";
import { encodePath } from "./path.ts";
import { Status, statusError } from "./status.ts";
import { EVENT_COLUMN_BYTES, EVENT_TABLE_BYTES, readEventColumn, readEventTable } from "./structs.ts";
import type { ReaderSymbols } from "./symbols.ts";

const REFUSED = 0xffff_ffff_ffff_ffffn;
const BYTES_MAX = 0x7fff_ffff;
const FIRST_ROOM = 65_536;

/** The events of a ring set, in native memory. */
export class NativeEvents implements EventReader {
  readonly #symbols: ReaderSymbols;
  #pointer: Deno.PointerObject | null;
  /** Messages are made here, because their length is known only when they are made. */
  #room: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_ROOM);

  /**
   * @param symbols Of a library that stays loaded until this is disposed of.
   * @throws {DriverError} There is no memory.
   */
  constructor(symbols: ReaderSymbols) {
    this.#symbols = symbols;
    this.#pointer = symbols.rs_events_new();
    if (this.#pointer === null) throw statusError(Status.noMemory, "read typed events", "there is no memory");
  }

  /** As `EventReader.add`. */
  add(number: number, descriptor: Uint8Array): boolean {
    checkNumber(number);
    const status = this.#symbols.rs_events_add(this.#open(), number, toBuffer(descriptor), descriptor.length);
    if (status === Status.exists) throw new RangeError(`site ${number} was told before`);
    if (status === Status.badArgument) return false;
    if (status !== Status.ok) throw statusError(status, `take site ${number}`, "");
    return true;
  }

  /** As `EventReader.names`. */
  names(): string[] {
    const names: string[] = [];
    for (;;) {
      const name = this.#symbols.rs_events_name(this.#open(), names.length);
      if (name === null) return names;
      names.push(Deno.UnsafePointerView.getCString(name));
    }
  }

  /** As `EventReader.format`. */
  format(batch: EventBatch): TextColumn {
    const pointer = this.#open();
    const columns = toColumns(batch);
    const offsets = new Int32Array(batch.rows + 1);
    for (;;) {
      const bytes = this.#symbols.rs_events_format(
        pointer,
        ...columns,
        new Uint8Array(offsets.buffer),
        this.#room,
        BigInt(this.#room.length),
      );
      if (bytes === REFUSED) throw refusal(batch);
      if (bytes > BYTES_MAX) {
        throw new RangeError(
          `the messages of ${batch.rows} rows have more than 2 GiB; take fewer rows at a time`,
        );
      }
      if (bytes <= this.#room.length) return { offsets, values: this.#room.slice(0, Number(bytes)) };
      // Beyond what is needed: a message that has room to spare is made in place.
      this.#room = new Uint8Array(Number(bytes) + (Number(bytes) >> 3));
    }
  }

  /** As `EventReader.columns`. */
  columns(name: string, batch: EventBatch): EventRows | null {
    const table = new Uint8Array(EVENT_TABLE_BYTES);
    const status = this.#symbols.rs_events_columns(
      this.#open(),
      encodePath(name),
      ...toColumns(batch),
      table,
    );
    if (status === Status.notFound) return null;
    if (status === Status.badArgument) throw refusal(batch);
    if (status === Status.tooBig) {
      throw new RangeError(`a column of ${batch.rows} rows has more than 2 GiB; take fewer rows at a time`);
    }
    if (status !== Status.ok) throw statusError(status, `read the columns of ${name}`, "");
    const { rows, columnCount, rowNumbers, columns } = readEventTable(table);
    const structs = copyFrom(columns, columnCount * EVENT_COLUMN_BYTES);
    return {
      rowNumbers: new Uint32Array(copyFrom(rowNumbers, 4 * rows).buffer),
      columns: Array.from({ length: columnCount }, (_, at) => copyColumn(structs, at, rows)),
    };
  }

  /** Gives the memory back. */
  [Symbol.dispose](): void {
    if (this.#pointer === null) return;
    this.#symbols.rs_events_free(this.#pointer);
    this.#pointer = null;
  }

  #open(): Deno.PointerObject {
    if (this.#pointer === null) throw new TypeError("read typed events: they have been disposed of");
    return this.#pointer;
  }
}

function copyColumn(structs: Uint8Array, at: number, rows: number): EventColumn {
  const column = readEventColumn(structs, at);
  const { name, validity, offsets } = column;
  const pointer = Deno.UnsafePointer.create(name);
  return {
    name: pointer === null ? "" : Deno.UnsafePointerView.getCString(pointer),
    type: column.type,
    nullCount: column.nullCount,
    validity: validity === 0n ? null : copyFrom(validity, Math.ceil(rows / 8)),
    offsets: offsets === 0n ? null : new Int32Array(copyFrom(offsets, 4 * (rows + 1)).buffer),
    values: copyFrom(column.values, column.valueBytes),
  };
}

/** A private copy of native memory, which is good until the next call only. */
function copyFrom(address: bigint, bytes: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  const pointer = Deno.UnsafePointer.create(address);
  if (pointer !== null && bytes > 0) Deno.UnsafePointerView.copyInto(pointer, copy);
  return copy;
}

function toColumns(batch: EventBatch) {
  checkColumns(batch);
  return [
    batch.rows,
    toBuffer(batch.class),
    toBuffer(batch.type),
    toBuffer(batch.offsets),
    toBuffer(batch.payload),
    BigInt(batch.payload.byteLength),
  ] as const;
}

/** The same bytes, as `Deno.dlopen` types them. Batches of this process never lie in shared memory. */
function toBuffer({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** C gives one answer for both of its reasons. */
function refusal(batch: EventBatch): Error {
  const last = batch.offsets[batch.rows] ?? 0;
  const isRising = batch.offsets.subarray(0, batch.rows + 1).every((to, row, all) =>
    to >= (all[row - 1] ?? 0)
  );
  return isRising && last <= batch.payload.length
    ? new DriverError("read typed events: there is no memory; take fewer rows at a time")
    : new RangeError("a payload leads outside of its column, or ends before it begins");
}
