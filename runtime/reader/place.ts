/**
 * Delivery by placing: rows in index order, in discard mode. The index is the row's number.
 * @module
 */
import { IndexWindow } from "./index_window.ts";
import type { EntryHeader } from "./log_entry.ts";
import type {
  DeliveryBase,
  EntryKeys,
  EntryOrder,
  OrderedEntry,
  WaitingEntry,
  WaitingRing,
} from "./order.ts";

/** Entries by index, without a hole that is not decided. */
export class PlacedOrder<Ring extends WaitingRing> implements EntryOrder<Ring> {
  readonly #keys: EntryKeys;
  readonly #window: IndexWindow<WaitingEntry<Ring>>;
  readonly #found: DeliveryBase;

  constructor(keys: EntryKeys, base: DeliveryBase) {
    this.#keys = keys;
    this.#found = base;
    this.#window = new IndexWindow(base.index);
  }

  get base(): DeliveryBase {
    return { ...this.#found, index: this.#window.base };
  }

  isPossible({ index }: EntryHeader): boolean {
    return index >= this.#window.base && this.#keys.isPossible(index);
  }

  add(entry: WaitingEntry<Ring>): boolean {
    return this.#window.place(entry.row.idx, entry);
  }

  mayWait({ row: { idx } }: WaitingEntry<Ring>): boolean {
    return idx >= this.#window.base && this.#keys.isPossible(idx);
  }

  skip({ index }: EntryHeader): void {
    this.#window.skip(index);
  }

  take(decided: bigint): OrderedEntry<Ring>[] {
    return this.#window.take(decided).map((entry) => ({ entry, idx: entry.row.idx }));
  }

  takeRest(): OrderedEntry<Ring>[] {
    return this.#window.takeRest().map((entry) => ({ entry, idx: entry.row.idx }));
  }
}
