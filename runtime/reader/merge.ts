/**
 * Delivery by merging: clock order, and both orders in overwrite mode, where indexes lie far apart.
 *
 * An entry's key is its index or its ticks; ties of the clock are broken by ring, then position. Nested writes turn the order around
 * within a ring, so all that waits is sorted.
 * @module
 */
import type { EntryHeader } from "./log_entry.ts";
import {
  beyondAllKeys,
  type DeliveryBase,
  type EntryKeys,
  type EntryOrder,
  type OrderedEntry,
  type WaitingEntry,
  type WaitingRing,
} from "./order.ts";

interface Place {
  readonly key: bigint;
  readonly ring: bigint;
  readonly position: bigint;
}

function compare(a: Place, b: Place): number {
  const [left, right] = a.key !== b.key
    ? [a.key, b.key]
    : a.ring !== b.ring
    ? [a.ring, b.ring]
    : [a.position, b.position];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Entries by index, or by clock: then rows are numbered as they are delivered. */
export class MergedOrder<Ring extends WaitingRing> implements EntryOrder<Ring> {
  readonly #keys: EntryKeys;
  readonly #isNumbering: boolean;
  #waiting: { readonly place: Place; readonly entry: WaitingEntry<Ring> }[] = [];
  #base: DeliveryBase;

  /** @param options.isNumbering Rows have no number of their own: clock order. */
  constructor(keys: EntryKeys, base: DeliveryBase, options: { isNumbering: boolean }) {
    this.#keys = keys;
    this.#base = base;
    this.#isNumbering = options.isNumbering;
  }

  get base(): DeliveryBase {
    return this.#base;
  }

  isPossible(header: EntryHeader): boolean {
    const key = this.#keys.of(header);
    return (this.#isNumbering || key >= this.#base.index) && this.#keys.isPossible(key);
  }

  add(entry: WaitingEntry<Ring>): boolean {
    this.#waiting.push({ place: this.#placeOf(entry), entry });
    return true;
  }

  mayWait(entry: WaitingEntry<Ring>): boolean {
    const { ticks, ringPlus1, position } = this.#base;
    return ringPlus1 === 0n ||
      compare(this.#placeOf(entry), { key: ticks, ring: ringPlus1 - 1n, position }) > 0;
  }

  skip(): void {
    // Nothing waits for a number here.
  }

  take(decided: bigint): OrderedEntry<Ring>[] {
    const due = this.#waiting.filter(({ place }) => place.key < decided);
    if (due.length > 0) this.#waiting = this.#waiting.filter(({ place }) => place.key >= decided);
    const ordered = due.sort((a, b) => compare(a.place, b.place)).map(({ place, entry }) => ({
      entry,
      idx: this.#number(place),
    }));
    if (!this.#isNumbering && decided < beyondAllKeys && decided > this.#base.index) {
      this.#base = { ...this.#base, index: decided };
    }
    return ordered;
  }

  takeRest(): OrderedEntry<Ring>[] {
    return this.take(beyondAllKeys);
  }

  #placeOf({ ring, position, row }: WaitingEntry<Ring>): Place {
    return { key: this.#keys.of(row), ring: BigInt(ring.number), position };
  }

  #number(place: Place): bigint | null {
    const { index, ticks, ringPlus1, position } = this.#base;
    if (!this.#isNumbering) {
      if (place.key < index) return null;
      this.#base = { ...this.#base, index: place.key + 1n };
      return place.key;
    }
    const next = BigInt.asUintN(64, index + 1n);
    // Where clocks disagree a row may come behind a later one: the base stays at that one.
    const isBehind = ringPlus1 !== 0n && compare(place, { key: ticks, ring: ringPlus1 - 1n, position }) < 0;
    this.#base = isBehind
      ? { ...this.#base, index: next }
      : { index: next, ticks: place.key, ringPlus1: place.ring + 1n, position: place.position };
    return index;
  }
}
