/**
 * Which entries a capture wants. What it does not want is read, counted as `filtered`, and becomes no row; told in driver/DESIGN.md,
 * "Filters". The same in C is driver/reader/filter.c.
 * @module
 */
import { EntryKind, MARK_TYPE, Severity } from "../abi/layout.ts";
import type { SiteHead } from "../sites/site_head.ts";
import { matchesSite, parseSitePattern, type SitePattern } from "../sites/site_pattern.ts";
import { SiteTable } from "../sites/site_table.ts";
import type { RingMemory } from "./ring_memory.ts";

/** What is wanted. */
export interface EntryFilter {
  /** An event has to match one of these patterns, where there are any. */
  readonly only: readonly string[];
  /** And none of these. */
  readonly exclude: readonly string[];
  /** The least severity. */
  readonly least: number;
}

/** A filter that wants everything. */
export const EVERYTHING: EntryFilter = { only: [], exclude: [], least: Severity.trace };

/** What of an entry decides. */
export interface EntryFacts {
  readonly kind: number;
  readonly type: number;
  readonly severity: number;
}

/** A filter at work on one ring set. */
export class WantedEntries {
  readonly #only: readonly SitePattern[];
  readonly #exclude: readonly SitePattern[];
  readonly #least: number;
  readonly #table: SiteTable;
  readonly #verdicts = new Map<number, boolean>();

  /** @throws {RangeError} A pattern that can be none. */
  constructor({ producer, header }: Pick<RingMemory, "producer" | "header">, filter: EntryFilter) {
    this.#only = filter.only.map(parseSitePattern);
    this.#exclude = filter.exclude.map(parseSitePattern);
    this.#least = filter.least;
    this.#table = new SiteTable(producer, header.siteOff, header);
  }

  /** Whether an entry becomes a row. */
  has({ kind, type, severity }: EntryFacts): boolean {
    // Somebody has written it into this very capture.
    if (kind === EntryKind.text && type === MARK_TYPE) return true;
    if (severity < this.#least) return false;
    return kind === EntryKind.event ? this.#wantsEvent(type) : this.#wantsSite(null);
  }

  #wantsEvent(number: number): boolean {
    const known = this.#verdicts.get(number);
    if (known !== undefined) return known;
    const site = this.#table.head(number);
    const isWanted = this.#wantsSite(site);
    // An honest site is there before its first entry; what is not may still come.
    if (site !== null) this.#verdicts.set(number, isWanted);
    return isWanted;
  }

  /** No pattern matches what has no site. */
  #wantsSite(site: SiteHead | null): boolean {
    if (site === null) return this.#only.length === 0;
    const isMatched = (pattern: SitePattern) => matchesSite(pattern, site);
    return (this.#only.length === 0 || this.#only.some(isMatched)) && !this.#exclude.some(isMatched);
  }
}
