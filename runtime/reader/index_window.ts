/**
 * Entries that wait for their turn in the total order.
 * @module
 */

/** Places items by index and hands them out without a hole. */
export class IndexWindow<Item> {
  #base: bigint;
  /** Null: an index that is known to bring no item. */
  readonly #waiting = new Map<bigint, Item | null>();

  /** @param base The smallest index that has not been handed out. */
  constructor(base: bigint) {
    this.#base = base;
  }

  /** The smallest index that has not been handed out and may still come. */
  get base(): bigint {
    return this.#base;
  }

  /** Keeps an item until its turn. False: the index has been handed out, passed or taken before. */
  place(index: bigint, item: Item): boolean {
    if (index < this.#base || this.#waiting.has(index)) return false;
    this.#waiting.set(index, item);
    return true;
  }

  /** An index that will bring no item is no hole. */
  skip(index: bigint): void {
    if (index >= this.#base && !this.#waiting.has(index)) this.#waiting.set(index, null);
  }

  /** The items up to the first hole, where an index below `decided` that nobody has placed is no hole: it will never come. */
  take(decided: bigint): Item[] {
    const items = this.#takeRun();
    if (this.#base >= decided) return items;
    for (const index of [...this.#waiting.keys()].sort((a, b) => (a < b ? -1 : 1))) {
      if (index < this.#base) continue;
      if (this.#base < decided) this.#base = index < decided ? index : decided;
      if (index !== this.#base) break;
      items.push(...this.#takeRun());
    }
    if (this.#base < decided) this.#base = decided;
    return items;
  }

  /** Everything that waits, in index order, past all holes. */
  takeRest(): Item[] {
    const last = [...this.#waiting.keys()].reduce((max, index) => (index > max ? index : max), -1n);
    return this.take(last + 1n);
  }

  #takeRun(): Item[] {
    const items: Item[] = [];
    for (;;) {
      const item = this.#waiting.get(this.#base);
      if (item === undefined) return items;
      this.#waiting.delete(this.#base++);
      if (item !== null) items.push(item);
    }
  }
}
