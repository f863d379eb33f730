/**
 * What reads typed events does for a batch, in C or in TypeScript.
 *
 * @module
 */
import type { WireBatch } from "../arrow/wire.ts";

/** What of a batch of `logs` is needed for the messages and columns of its events. */
export type EventBatch = Pick<WireBatch, "rows" | "class" | "type" | "offsets" | "payload">;

/** A column of texts, one after the other: row n is `values[offsets[n] … offsets[n + 1])`. */
export interface TextColumn {
  readonly offsets: Int32Array<ArrayBuffer>;
  readonly values: Uint8Array<ArrayBuffer>;
}

/** A column as Arrow's buffers. */
export interface EventColumn {
  readonly name: string;
  /** See `ColumnType` of event_table.ts. */
  readonly type: number;
  readonly nullCount: number;
  /** One bit for each row, set where there is a value; null where every row has one. */
  readonly validity: Uint8Array<ArrayBuffer> | null;
  /** Of texts and bytes, one more than rows; else null. */
  readonly offsets: Int32Array<ArrayBuffer> | null;
  /** Little endian; one bit for each row of booleans. */
  readonly values: Uint8Array<ArrayBuffer>;
}

/** The rows of one event in a batch. */
export interface EventRows {
  /** Where each of them stands in the batch, rising. */
  readonly rowNumbers: Uint32Array<ArrayBuffer>;
  readonly columns: readonly EventColumn[];
}

/** Knows the sites of a ring set, and makes messages and columns of their events. */
export interface EventReader extends Disposable {
  /**
   * Tells what a site is.
   *
   * @param number Its number in the ring set, from 1.
   * @param descriptor As it stands in the ring set's table or in a capture; copied.
   * @returns False when the descriptor breaks the contract: the number is taken, and its events are those of an unknown site.
   * @throws {RangeError} The number is 0, too large, or was told before.
   */
  add(number: number, descriptor: Uint8Array): boolean;

  /** Names of the events so far, in the order in which they came. */
  names(): string[];

  /**
   * The message of each row: texts as they are (without the length behind one that was cut, with U+FFFD where they are not UTF-8), nothing for
   * data, events formatted.
   *
   * @throws {RangeError} Offsets lead outside of the payload, or the messages are together longer than 2 GiB.
   */
  format(batch: EventBatch): TextColumn;

  /**
   * The arguments of one event's rows as columns, the union of what its sites have; null when no site has this name.
   *
   * @throws {RangeError} As `format`.
   */
  columns(name: string, batch: EventBatch): EventRows | null;
}
