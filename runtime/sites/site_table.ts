/**
 * The table of call sites in a ring set, as a reader sees it: somebody else writes there, so everything is copied once, checked, and then
 * used. Told in driver/EVENTS.md; the same in C is driver/core/site.c.
 *
 * @module
 */
import { abi, Level, rule, Severity, sitePage, siteSlot } from "../abi/layout.ts";
import type { SharedBytes } from "../reader/ring_memory.ts";
import { readSiteHead, type SiteHead } from "./site_head.ts";

/** A pattern and the level of the sites that it matches. */
export interface SiteRule {
  readonly pattern: Uint8Array;
  /** {@link Severity}, the least that is written, or `Level.off`. */
  readonly level: number;
}

/** The sizes of a table; those of a set without one are 0. */
export interface SiteTableSizes {
  readonly siteCount: number;
  readonly siteTextBytes: number;
}

const PLACE_BYTES_MASK = 0xffffn;
const PLACE_BYTES_BITS = 16n;

/** A table, begun at its first byte. */
export class SiteTable {
  /** How many sites it has room for. */
  readonly count: number;
  readonly #bytes: SharedBytes;
  readonly #at: number;
  readonly #textBytes: number;

  /** @param at Where it begins in `bytes`. */
  constructor(bytes: SharedBytes, at: number, { siteCount, siteTextBytes }: SiteTableSizes) {
    this.#bytes = bytes;
    this.#at = at;
    this.count = siteCount;
    this.#textBytes = siteTextBytes;
  }

  /** What stands at a site, by its number from 1 on; null where none is published, or none that can be. */
  head(number: number): SiteHead | null {
    const descriptor = this.descriptor(number);
    return descriptor === null ? null : readSiteHead(descriptor);
  }

  /** A copy of the bytes of a descriptor that is published. */
  descriptor(number: number): Uint8Array | null {
    if (number < 1 || number > this.count) return null;
    const slots = this.#at + sitePage.bytes + this.count;
    // V1b: a place that is seen has all its words.
    const place = this.#bytes.load64(slots + (number - 1) * siteSlot.bytes + siteSlot.place);
    const bytes = Number(place & PLACE_BYTES_MASK);
    const offset = place >> PLACE_BYTES_BITS;
    if (bytes === 0 || bytes > abi.siteBytesMax || offset % 8n !== 0n) return null;
    if (offset > BigInt(this.#textBytes - bytes)) return null;
    const text = slots + this.count * siteSlot.bytes;
    return this.#bytes.copy(text + Number(offset), (bytes + 7) & ~7).subarray(0, bytes);
  }

  /** The least severity that a site writes now; `Level.off`, and `Level.undecided` where nobody has said. */
  level(number: number): number {
    return this.#byte(sitePage.bytes + number - 1);
  }

  /** The rules, the strongest last. */
  rules(): SiteRule[] {
    const count = Math.min(this.#bytes.load32(this.#at + sitePage.ruleCount), abi.siteRulesMax);
    return Array.from({ length: count }, (_, n) => {
      const copy = this.#bytes.copy(this.#at + sitePage.rules + n * rule.bytes, rule.bytes);
      const pattern = copy.subarray(rule.pattern, rule.pattern + abi.sitePatternBytes);
      const end = pattern.indexOf(0);
      const level = copy[rule.level]!;
      return {
        pattern: pattern.subarray(0, end < 0 ? abi.sitePatternBytes - 1 : end),
        level: level < Severity.trace || level > Level.off ? Severity.trace : level,
      };
    });
  }

  /** The level where no rule matches. */
  get defaultLevel(): number {
    const level = this.#byte(sitePage.defaultLevel);
    return level > Level.off ? Level.undecided : level;
  }

  /** Registrations that found no room, or whose format cannot be. */
  get refused(): bigint {
    return this.#bytes.load64(this.#at + sitePage.refused);
  }

  /** Odd while rules are changed. */
  get generation(): bigint {
    return this.#bytes.load64(this.#at + sitePage.controlGeneration);
  }

  #byte(offset: number): number {
    const at = this.#at + offset;
    return this.#bytes.copy(at - at % 8, 8)[at % 8]!;
  }
}
