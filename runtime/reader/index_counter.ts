/**
 * The one counter that gives every entry its place in the total order.
 * @module
 */
import { sharedPage } from "../abi/layout.ts";
import type { RingMemory } from "./ring_memory.ts";

/** The global index counter of a ring set. */
export class IndexCounter {
  readonly #memory: RingMemory;
  /** The counter was at least this. */
  #known = 0n;

  constructor(memory: RingMemory) {
    this.#memory = memory;
  }

  /** The next index that will be given. */
  load(): bigint {
    this.#known = this.#memory.producer.load64(this.#memory.header.sharedOff + sharedPage.nextIndex);
    return this.#known;
  }

  /** Whether an index has been given. The counter is loaded only when what is known of it does not suffice: its line is the writers'. */
  isTaken(index: bigint): boolean {
    return index < this.#known || index < this.load();
  }
}
