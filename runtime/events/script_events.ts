/**
 * Typed events read in TypeScript: the oracle for the native reader, and what is used where that cannot be built.
 *
 * @module
 */
import { FLAG_TRUNCATED, KIND_EVENT, KIND_TEXT } from "../arrow/wire.ts";
import { ColumnBuilder } from "./column_builder.ts";
import type { EventBatch, EventReader, EventRows, TextColumn } from "./event_batch.ts";
import { type ArgumentColumns, EventTable } from "./event_table.ts";
import { formatByteText } from "./format_event.ts";
import { MessageBuilder } from "./message_builder.ts";
import { type EventSite, parseSite } from "./parse_site.ts";
import { readPayload } from "./read_payload.ts";
import { foldName } from "./unique_keys.ts";

/** Largest number of a site. */
export const SITE_NUMBER_MAX = 1 << 20;

const NOTHING = new Uint8Array(0);
const TRAILER_BYTES = 4;

/** A site that is an event, with its place in its table. */
interface KnownEvent {
  readonly site: EventSite;
  readonly table: EventTable;
  /** Of each argument. */
  readonly columns: readonly ArgumentColumns[];
}

/** The events of a ring set. */
export class ScriptEvents implements EventReader {
  readonly #sites = new Map<number, KnownEvent | null>();
  readonly #tables = new Map<string, EventTable>();

  /** As `EventReader.add`. */
  add(number: number, descriptor: Uint8Array): boolean {
    checkNumber(number);
    if (this.#sites.has(number)) throw new RangeError(`site ${number} was told before`);
    this.#sites.set(number, null);
    let site;
    try {
      site = parseSite(descriptor);
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      throw error;
    }
    if (site.kind !== KIND_EVENT) return true;
    const folded = foldName(site.name);
    const table = this.#tables.get(folded) ?? new EventTable(site.name);
    this.#tables.set(folded, table);
    this.#sites.set(number, { site, table, columns: table.add({ number, site }) });
    return true;
  }

  /** As `EventReader.names`. */
  names(): string[] {
    return Array.from(this.#tables.values(), ({ name }) => name);
  }

  /** As `EventReader.format`. */
  format(batch: EventBatch): TextColumn {
    checkOffsets(batch);
    const messages = new MessageBuilder(batch.rows);
    for (let row = 0; row < batch.rows; row++) {
      const kind = batch.class[row]! & 3;
      if (kind === KIND_EVENT) messages.addByteText(this.#message(batch, row));
      else messages.addBytes(kind === KIND_TEXT ? payloadOf(batch, row) : NOTHING);
    }
    return messages.build();
  }

  #message(batch: EventBatch, row: number): string {
    const type = batch.type[row]!;
    const event = this.#sites.get(type);
    return event ? formatByteText(event.site, payloadOf(batch, row)) : `<unknown site ${type}>`;
  }

  /** As `EventReader.columns`. */
  columns(name: string, batch: EventBatch): EventRows | null {
    const table = this.#tables.get(foldName(name));
    if (table === undefined) return null;
    checkOffsets(batch);
    const found: { row: number; event: KnownEvent }[] = [];
    for (let row = 0; row < batch.rows; row++) {
      if ((batch.class[row]! & 3) !== KIND_EVENT) continue;
      const event = this.#sites.get(batch.type[row]!);
      if (event?.table === table) found.push({ row, event });
    }
    const builders = table.columns.map((column) => new ColumnBuilder(column, found.length));
    for (const [at, { row, event }] of found.entries()) {
      const { values } = readPayload(event.site.arguments, payloadOf(batch, row));
      for (const [n, value] of values.entries()) {
        const argument = event.site.arguments[n]!, places = event.columns[n]!;
        for (const place of [places.value, places.name]) builders[place]?.set(at, argument, value);
      }
    }
    return {
      rowNumbers: Uint32Array.from(found, ({ row }) => row),
      columns: builders.map((builder) => builder.build()),
    };
  }

  /** Nothing is held. */
  [Symbol.dispose](): void {}
}

/**
 * Checks the number of a site.
 *
 * @throws {RangeError} It cannot be one.
 */
export function checkNumber(number: number): void {
  if (Number.isInteger(number) && number >= 1 && number <= SITE_NUMBER_MAX) return;
  throw new RangeError(`take site ${number}: the numbers are 1 … ${SITE_NUMBER_MAX}`);
}

/**
 * Checks a batch's columns.
 *
 * @throws {RangeError} One of them is too short for the rows.
 */
export function checkColumns({ rows, class: classes, type, offsets }: EventBatch): void {
  if (classes.length >= rows && type.length >= rows && offsets.length > rows) return;
  throw new RangeError(`a column of the batch has fewer than its ${rows} rows`);
}

/** Throws where payloads lead outside of their column too. */
function checkOffsets(batch: EventBatch): void {
  const { rows, offsets, payload } = batch;
  checkColumns(batch);
  let before = 0;
  for (let row = 0; row <= rows; row++) {
    const offset = offsets[row]!;
    if (offset < before) throw new RangeError(`the payload of row ${row} ends before it begins`);
    before = offset;
  }
  if (before > payload.length) throw new RangeError("a payload leads outside of its column");
}

/** The payload of a row without the original length behind one that was cut. */
function payloadOf({ offsets, payload, class: classes }: EventBatch, row: number): Uint8Array {
  const from = offsets[row]!, to = offsets[row + 1]!;
  const isTruncated = (classes[row]! >> 8 & FLAG_TRUNCATED) !== 0;
  return payload.subarray(from, isTruncated ? Math.max(from, to - TRAILER_BYTES) : to);
}
