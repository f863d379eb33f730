/**
 * Writes the segments of a capture folder; the form is told in runtime/capture/README.md.
 * @module
 */
import { dirname, join } from "@std/path";
import { toUnixNs } from "../arrow/clock.ts";
import {
  COUNTER_NAMES,
  encodeGapsBatch,
  encodeGapsSchema,
  encodeLogsBatch,
  encodeLogsSchema,
  type NullableColumn,
  type WireBatch,
  type WireGaps,
} from "../arrow/wire.ts";
import { Severity } from "../abi/layout.ts";
import { CaptureError } from "../errors.ts";
import { SegmentFile } from "./segment_file.ts";
import { SiteFile } from "./site_file.ts";
import type { LiveSites } from "./live_sites.ts";

const segmentBytesDefault = 256 * 2 ** 20;

/** What one processor lost to one cause in a segment. */
interface LostFacts {
  readonly processor: number;
  readonly cause: number;
  lost: bigint;
  readonly prevNs: bigint | null;
  nextNs: bigint | null;
}

/** What meta.json says of a segment. */
interface SegmentFacts {
  rows: number;
  batches: number;
  firstIdx: bigint;
  lastIdx: bigint;
  firstNs: bigint;
  lastNs: bigint;
  readonly processors: Set<number>;
  readonly severities: Record<string, number>;
  /** When its first batch was written, on the clock of `performance.now()`. */
  begunMs: number;
  last: Pick<WireBatch, "batch" | "anchor" | "drainTicks" | "counters"> | null;
  readonly lost: Map<string, LostFacts>;
}

function newFacts(): SegmentFacts {
  const severities = Object.fromEntries(Object.values(Severity).map((level) => [String(level), 0]));
  return {
    rows: 0,
    batches: 0,
    firstIdx: 0n,
    lastIdx: 0n,
    firstNs: 0n,
    lastNs: 0n,
    processors: new Set(),
    severities,
    begunMs: 0,
    last: null,
    lost: new Map(),
  };
}

function noteGaps(facts: SegmentFacts, gaps: WireGaps): void {
  const ns = ({ values, validity }: NullableColumn, row: number) =>
    validity !== null && (validity[row >> 3]! >> (row & 7) & 1) === 0
      ? null
      : toUnixNs(values[row]!, gaps.anchor);
  for (let row = 0; row < gaps.rows; row++) {
    const processor = gaps.processor[row]!, cause = gaps.cause[row]!;
    const key = `${processor} ${cause}`;
    const found = facts.lost.get(key) ??
      { processor, cause, lost: 0n, prevNs: ns(gaps.prevTicks, row), nextNs: null };
    found.lost += gaps.lost[row]!;
    found.nextNs = ns(gaps.nextTicks, row);
    facts.lost.set(key, found);
  }
}

function noteBatch(facts: SegmentFacts, batch: WireBatch): void {
  if (facts.batches === 0) facts.begunMs = performance.now();
  facts.batches++;
  const { batch: number, anchor, drainTicks, counters } = batch;
  facts.last = { batch: number, anchor, drainTicks, counters };
  for (let row = 0; row < batch.rows; row++) {
    const ns = toUnixNs(batch.ticks[row]!, batch.anchor);
    if (facts.rows === 0) facts.firstIdx = batch.baseIdx + BigInt(batch.idxDelta[row]!);
    facts.lastIdx = batch.baseIdx + BigInt(batch.idxDelta[row]!);
    if (facts.rows === 0 || ns < facts.firstNs) facts.firstNs = ns;
    if (facts.rows === 0 || ns > facts.lastNs) facts.lastNs = ns;
    facts.rows++;
    facts.processors.add(batch.processor[row]!);
    facts.severities[String(batch.class[row]! >> 2 & 7)]!++;
  }
}

/** The writer of one capture's `logs/`, `gaps/` and `events/sites.ndjson`. */
export class FolderWriter implements Disposable {
  readonly #folder: string;
  readonly #segmentBytes: number;
  readonly #segmentAgeMs: number;
  #number = 1;
  /** Null after a segment was closed by its age, until the next batch. */
  #logs: SegmentFile | null;
  /** Begun with its first gap. */
  #gaps: SegmentFile | null = null;
  /** Null where the rings have no table of call sites. */
  readonly #sites: SiteFile | null;
  #facts = newFacts();
  #storedBytes = 0;
  /** Of the batch that is tried again. */
  #areGapsWritten = false;

  /**
   * Begins segment 1 in a folder that exists.
   *
   * @throws {CaptureError} It cannot be written.
   */
  constructor(
    folder: string,
    options: { segmentBytes?: number; segmentAgeMs?: number; sites?: LiveSites | null } = {},
  ) {
    this.#folder = folder;
    this.#sites = options.sites ? new SiteFile(folder, options.sites) : null;
    this.#segmentBytes = options.segmentBytes ?? segmentBytesDefault;
    this.#segmentAgeMs = options.segmentAgeMs ?? 0;
    for (const table of ["logs", "gaps"]) Deno.mkdirSync(join(folder, table), { recursive: true });
    this.#logs = this.#begin("logs");
  }

  /** Bytes of all batches of `logs/` so far. */
  get storedBytes(): number {
    return this.#storedBytes;
  }

  /**
   * Appends a batch, the sites of its events and the gaps that its counters include; these first, so that a batch that is there has them.
   *
   * @throws {CaptureError} The same batch can be tried again.
   */
  append(batch: WireBatch, gaps: WireGaps | null): void {
    if (this.#facts.batches > 0 && (this.#logs?.bytes ?? 0) >= this.#segmentBytes) this.#closeSegment();
    this.#logs ??= this.#begin("logs");
    this.#sites?.note(batch);
    if (gaps && !this.#areGapsWritten) {
      this.#gaps ??= this.#begin("gaps");
      this.#gaps.append(encodeGapsBatch(gaps));
      this.#areGapsWritten = true;
    }
    const message = encodeLogsBatch(batch);
    this.#logs.append(message);
    this.#areGapsWritten = false;
    this.#storedBytes += message.length;
    noteBatch(this.#facts, batch);
    if (gaps !== null) noteGaps(this.#facts, gaps);
  }

  /**
   * Closes a segment that is old although it is small.
   *
   * @throws {CaptureError} It can be tried again.
   */
  closeOld(): void {
    const { batches, begunMs } = this.#facts;
    // A batch whose gaps are written has to follow them into the same segment.
    if (this.#segmentAgeMs === 0 || batches === 0 || this.#areGapsWritten) return;
    if (performance.now() - begunMs >= this.#segmentAgeMs) this.#closeSegment();
  }

  /** Forces everything to the disk. */
  async sync(): Promise<void> {
    await this.#sites?.sync();
    await this.#logs?.sync();
    await this.#gaps?.sync();
  }

  /**
   * Writes what is left of the table of sites, and ends the segments in order.
   *
   * @throws {CaptureError} They cannot be written.
   */
  finish(): void {
    this.#sites?.finish();
    if (this.#logs !== null) this.#endSegments(this.#logs);
    attempt("sync", this.#folder, () => syncFolder(this.#folder));
  }

  /** Closes the files as they are. */
  [Symbol.dispose](): void {
    this.#sites?.[Symbol.dispose]();
    this.#logs?.[Symbol.dispose]();
    this.#gaps?.[Symbol.dispose]();
  }

  #path(table: string, ending: string): string {
    return join(this.#folder, table, `${String(this.#number).padStart(6, "0")}.${ending}`);
  }

  #begin(table: "logs" | "gaps"): SegmentFile {
    return new SegmentFile(
      this.#path(table, "arrows"),
      table === "logs" ? encodeLogsSchema() : encodeGapsSchema(),
    );
  }

  /** The next batch begins another one. */
  #closeSegment(): void {
    if (this.#logs !== null) this.#endSegments(this.#logs);
    this.#logs = null;
    this.#number++;
    this.#facts = newFacts();
  }

  #endSegments(logs: SegmentFile): void {
    logs.end();
    this.#gaps?.end();
    this.#gaps = null;
    const path = this.#path("logs", "meta.json");
    attempt("write", path, () => replaceText(path, `${JSON.stringify(this.#meta(logs.bytes), null, 2)}\n`));
    attempt("sync", dirname(path), () => syncFolder(dirname(path)));
  }

  #meta(bytes: number): object {
    const facts = this.#facts;
    return {
      rows: facts.rows,
      batches: facts.batches,
      bytes,
      ...(facts.rows > 0 && {
        first_idx: String(facts.firstIdx),
        last_idx: String(facts.lastIdx),
        first_ns: String(facts.firstNs),
        last_ns: String(facts.lastNs),
      }),
      processors: [...facts.processors].sort((a, b) => a - b),
      severities: facts.severities,
      ...(facts.last !== null && accountOf(facts.last, [...facts.lost.values()])),
    };
  }
}

/** What has to be known of a segment when it is gone. */
function accountOf(last: NonNullable<SegmentFacts["last"]>, lost: readonly LostFacts[]): object {
  const { batch, anchor, drainTicks, counters } = last;
  const text = (ns: bigint | null) => ns === null ? null : String(ns);
  return {
    last_batch: batch,
    counters_ns: String(drainTicks === 0n ? anchor.unixNs : toUnixNs(drainTicks, anchor)),
    counters: counters.map((ring) => COUNTER_NAMES.map((name) => Number(ring[name]))),
    lost: lost.map((one) => [one.processor, one.cause, Number(one.lost), text(one.prevNs), text(one.nextNs)]),
  };
}

/** Beside and renamed: a reader finds the whole file or none. */
function replaceText(path: string, text: string): void {
  const aside = `${path}.part`;
  Deno.writeTextFileSync(aside, text);
  using file = Deno.openSync(aside, { write: true });
  file.syncDataSync();
  Deno.renameSync(aside, path);
}

function syncFolder(path: string): void {
  using folder = Deno.openSync(path, { read: true });
  folder.syncSync();
}

function attempt(what: string, path: string, run: () => void): void {
  try {
    run();
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new CaptureError(`cannot ${what} ${path}: ${found}`, { cause });
  }
}
