/**
 * Keeps the folder of a running capture within bounds: retires its oldest closed segments, one after the other.
 *
 * First `capture.json` says that a segment is retired, then its files go; whatever stops this in between leaves files that nobody
 * reads any more. Ages are measured from the closing of a segment on a clock that nobody sets.
 *
 * @module
 */
import { delay } from "@std/async";
import { join } from "@std/path";
import type { StoredTable } from "../seal/columns.ts";
import { listEventTables } from "../seal/event_files.ts";
import { readMeta } from "../seal/segment_meta.ts";
import { isThere, segmentName, segmentPath } from "../seal/segment_paths.ts";
import { NOTHING_RETIRED, type Retired, retireNext } from "./retired.ts";
import type { SegmentClaims } from "./segment_claims.ts";

/** How often the folder is looked at, in ms. */
const POLL_MS = 250;

/** Everything that a segment may consist of; its `meta.json` goes last, since readers ask it for the checksums of the others. */
const FILES = [
  ...(["arrows", "parquet", "parquet.part"].flatMap((ending) =>
    (["logs", "gaps", "rings"] as const).map((table) => [table, ending] as const)
  )),
  ["logs", "meta.json"],
] as const;

/** What is to be kept; null: no bound. */
export interface Bounds {
  /** Of all files of the folder. */
  readonly bytes: number | null;
  /** Since a segment was closed. */
  readonly ageMs: number | null;
  /** Closed ones. */
  readonly segments: number | null;
}

/** What a {@link Retainer} works with. */
export interface RetainerParts {
  readonly folder: string;
  readonly bounds: Bounds;
  /** How large an open segment may grow. */
  readonly segmentBytes: number;
  readonly claims: SegmentClaims;
  /** Makes `capture.json` say what is retired. When it rejects, nothing is. */
  readonly commit: (retired: Retired) => Promise<void>;
  /** Milliseconds that only ever rise; default: `performance.now`. */
  readonly now?: () => number;
}

/** A segment that is closed and there. */
interface Closed {
  readonly number: number;
  readonly sinceMs: number;
  bytes: number;
  /** Its size changes no more: it is sealed. */
  isSettled: boolean;
}

/** Retires segments of one capture. */
export class Retainer {
  readonly #parts: RetainerParts;
  readonly #now: () => number;
  readonly #stopping = new AbortController();
  readonly #closed: Closed[] = [];
  /** The lowest number that is not known to be closed. */
  #next = 1;
  #retired = NOTHING_RETIRED;
  /** Segments whose files could not be removed. */
  readonly #left = new Set<number>();
  #problem: string | null = null;
  #bytesBefore: number | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: RetainerParts) {
    this.#parts = parts;
    this.#now = parts.now ?? (() => performance.now());
  }

  /** What is retired so far. */
  get retired(): Retired {
    return this.#retired;
  }

  /** What keeps the folder from its bounds, as of the last look; else null. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Begins to look at the folder now and then. */
  start(): void {
    this.#running = this.#run();
  }

  /** Ends that, with a last look. Never rejects. */
  async finish(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.look();
  }

  /** Retires what is beyond the bounds now. Never rejects; {@link problem} says what could not be done. */
  async look(): Promise<void> {
    try {
      this.#problem = null;
      for (const number of this.#left) await this.#remove(number);
      await this.#findClosed();
      let total = this.#parts.bounds.bytes === null ? 0 : await this.#measure();
      const growth = Math.max(0, total - (this.#bytesBefore ?? total));
      this.#bytesBefore = total;
      for (let oldest = this.#closed[0]; oldest !== undefined; oldest = this.#closed[0]) {
        if (!this.#isBeyond(oldest, total, growth)) break;
        if (!this.#parts.claims.retire(oldest.number)) break;
        const bytes = await this.#retire(oldest);
        total = this.#bytesBefore = total - bytes;
      }
    } catch (error) {
      if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
      this.#problem =
        `retire segments of ${this.#parts.folder}: ${error.message}; they stay, and the folder grows`;
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.look();
      await delay(POLL_MS, { signal }).catch(() => {});
    }
  }

  async #findClosed(): Promise<void> {
    while (await isThere(segmentPath(this.#parts.folder, "logs", this.#next, "meta.json"))) {
      this.#closed.push({ number: this.#next++, sinceMs: this.#now(), bytes: 0, isSettled: false });
    }
  }

  #isBeyond(oldest: Closed, total: number, growth: number): boolean {
    const { bounds, segmentBytes } = this.#parts;
    if (bounds.segments !== null && this.#closed.length > bounds.segments) return true;
    if (bounds.ageMs !== null && this.#now() - oldest.sinceMs >= bounds.ageMs) return true;
    // Room for what comes until the next look, and for a segment whose sealed form is being written beside its open one.
    return bounds.bytes !== null && total + Math.max(segmentBytes, growth) > bounds.bytes;
  }

  async #retire({ number }: Closed): Promise<number> {
    const { folder, commit } = this.#parts;
    const meta = await readMeta(folder, number);
    if (meta === null) {
      throw new SyntaxError(`${segmentName("logs", number, "meta.json")} cannot be read`);
    }
    const bytes = await this.#bytesOf(number);
    const retired = retireNext(this.#retired, meta, bytes);
    await commit(retired);
    this.#retired = retired;
    this.#closed.shift();
    this.#left.add(number);
    await this.#remove(number);
    return bytes;
  }

  async #remove(number: number): Promise<void> {
    for (const [table, ending] of await this.#files()) {
      await Deno.remove(segmentPath(this.#parts.folder, table, number, ending)).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
    }
    this.#left.delete(number);
  }

  async #files(): Promise<readonly (readonly [StoredTable, string])[]> {
    const events = await listEventTables(this.#parts.folder);
    const files = events.flatMap((table) => [[table, "parquet"], [table, "parquet.part"]] as const);
    return [...files, ...FILES];
  }

  /** Bytes of all files of the folder. Those of a sealed segment change no more and are not asked for again. */
  async #measure(): Promise<number> {
    const { folder } = this.#parts;
    for (const one of this.#closed) {
      if (one.isSettled) continue;
      const isSealed = await isThere(segmentPath(folder, "logs", one.number, "parquet")) &&
        !await isThere(segmentPath(folder, "logs", one.number, "arrows"));
      one.bytes = await this.#bytesOf(one.number);
      one.isSettled = isSealed;
    }
    let total = this.#closed.reduce((sum, { bytes }) => sum + bytes, 0) + await this.#bytesOf(this.#next);
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (isFile) total += await bytesOf(join(folder, name));
      else if (!["logs", "gaps", "rings"].includes(name)) {
        for await (const inside of Deno.readDir(join(folder, name))) {
          if (inside.isFile) total += await bytesOf(join(folder, name, inside.name));
        }
      }
    }
    return total;
  }

  async #bytesOf(number: number): Promise<number> {
    let bytes = 0;
    for (const [table, ending] of await this.#files()) {
      bytes += await bytesOf(segmentPath(this.#parts.folder, table, number, ending));
    }
    return bytes;
  }
}

/** 0 where there is no such file any more. */
async function bytesOf(path: string): Promise<number> {
  try {
    return (await Deno.lstat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
