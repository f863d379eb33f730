/**
 * The table of call sites in a ring set, as a reader finds it; as `rs_site_copy` in driver/core/site.c.
 * @module
 */
import { abi, sitePage, siteSlot } from "../abi/layout.ts";
import type { RingMemory } from "./ring_memory.ts";

const placeBytesBits = 16n, placeBytesMask = 0xffffn;

/** What of a ring set the table is read from. `isCut`: its file has been cut short, and nothing of it may be touched. */
export type SiteMemory = Pick<RingMemory, "header" | "producer"> & { readonly isCut: boolean };

/** The call sites that have been registered so far. */
export class SiteTable {
  /** Largest number of a site. */
  readonly count: number;
  readonly #memory: SiteMemory;
  readonly #siteOff: number;
  readonly #slotsOff: number;
  readonly #textOff: number;
  readonly #textBytes: number;

  /** Of a ring set that has a table. */
  constructor(memory: SiteMemory) {
    const { siteOff, siteCount, siteTextBytes } = memory.header;
    this.#memory = memory;
    this.count = siteCount;
    this.#siteOff = siteOff;
    this.#slotsOff = siteOff + sitePage.bytes + siteCount;
    this.#textOff = this.#slotsOff + siteCount * siteSlot.bytes;
    this.#textBytes = siteTextBytes;
  }

  /** Registrations that were refused since the ring set was made. */
  get refused(): bigint {
    return this.#memory.isCut ? 0n : this.#memory.producer.load64(this.#siteOff + sitePage.refused);
  }

  /** A private copy of the descriptor of a site; null where none has been published, or none that can be there. */
  copy(number: number): Uint8Array | null {
    if (number < 1 || number > this.count || this.#memory.isCut) return null;
    const { producer } = this.#memory;
    // V1b: a place that is seen has all its words.
    const place = producer.load64(this.#slotsOff + (number - 1) * siteSlot.bytes + siteSlot.place);
    const bytes = Number(place & placeBytesMask), offset = place >> placeBytesBits;
    if (bytes === 0 || bytes > abi.siteBytesMax || offset % 8n !== 0n) return null;
    if (offset > BigInt(this.#textBytes - bytes)) return null;
    const copy = producer.copy(this.#textOff + Number(offset), Math.ceil(bytes / 8) * 8).slice(0, bytes);
    return isDescriptor(copy) ? copy : null;
  }
}

/** Whether it says its own length and only numbers that can be; what else is in it is found out by who reads it. */
function isDescriptor(copy: Uint8Array<ArrayBuffer>): boolean {
  if (copy.length < 12) return false;
  const view = new DataView(copy.buffer);
  const [severity = 0, kind = 0, role = 0, count = 0] = copy.subarray(8, 12);
  if (view.getUint32(0, true) !== copy.length || severity > 6 || kind > 2 || role > 2) return false;
  if (count > abi.argumentsMax) return false;
  let at = 12;
  for (let text = 0; text < 4; text++) {
    if (copy.length - at < 2) return false;
    at += 2 + view.getUint16(at, true);
    if (at > copy.length) return false;
  }
  return true;
}
