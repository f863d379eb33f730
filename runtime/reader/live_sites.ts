/**
 * The call sites of a ring set that may be cut short meanwhile.
 * @module
 */
import { readSiteHead } from "../sites/site_head.ts";
import { SiteTable } from "../sites/site_table.ts";
import type { RingMemory } from "./ring_memory.ts";

/** What of a ring set is read. `isCut`: its file has been cut short, and nothing of it may be touched. */
export type SiteMemory = Pick<RingMemory, "header" | "producer"> & { readonly isCut: boolean };

/** The table of call sites of a ring set that is being recorded. */
export class LiveSites {
  readonly #memory: SiteMemory;
  readonly #table: SiteTable;

  /** Of a ring set that has a table. */
  constructor(memory: SiteMemory) {
    this.#memory = memory;
    this.#table = new SiteTable(memory.producer, memory.header.siteOff, memory.header);
  }

  /** Largest number of a site. */
  get count(): number {
    return this.#table.count;
  }

  /** Registrations that were refused since the ring set was made. */
  get refused(): bigint {
    return this.#memory.isCut ? 0n : this.#table.refused;
  }

  /** A private copy of the descriptor of a site; null where none has been published, or none that can be. */
  copy(number: number): Uint8Array | null {
    const copy = this.#memory.isCut ? null : this.#table.descriptor(number);
    return copy === null || readSiteHead(copy) === null ? null : copy;
  }
}
