/**
 * A capture folder of millions of entries without the hours of recording them: batches of driver_batches.ts in the form in which the
 * recorder appends them, through the product's own encoder, sealed by the product's own sealer.
 * @module
 */
import { join } from "@std/path";
import type { Crc32c } from "../../../runtime/arrow/crc32c.ts";
import { toUnixNs } from "../../../runtime/arrow/clock.ts";
import {
  encodeGapsBatch,
  encodeGapsSchema,
  encodeLogsBatch,
  encodeLogsSchema,
  END_OF_STREAM,
  type RingCounters,
  type WireBatch,
} from "../../../runtime/arrow/wire.ts";
import { sealSegment } from "../../../runtime/seal/seal_segment.ts";
import { segmentPath } from "../../../runtime/seal/segment_paths.ts";
import { findChecksum } from "../../../runtime/store/find_checksum.ts";
import { readCaptureInfo } from "../../../runtime/store/folder.ts";
import { VERSION } from "../../../runtime/version.ts";
import { makeGaps } from "../../support/make_capture.ts";
import {
  DRIVER_CLOCK,
  DRIVER_PROCESSORS,
  type DriverBatch,
  driverBatches,
  type DriverLog,
} from "./driver_batches.ts";

/** What is made, and how. */
export interface HistoryOptions extends DriverLog {
  /** Bytes after which a segment is closed. */
  readonly segmentBytes: number;
  /** Whether the segments are sealed as they are closed. */
  readonly sealed: boolean;
  /** Hears how many entries are there. */
  readonly onEntries?: (entries: number) => void;
}

/** What was made. */
export interface History {
  readonly path: string;
  readonly segments: number;
  /** Times of the first and the last entry. */
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

/** Makes the capture `path`, which is not there. */
export async function makeHistory(path: string, options: HistoryOptions): Promise<History> {
  await Deno.mkdir(join(path, "logs"), { recursive: true });
  await Deno.mkdir(join(path, "gaps"));
  const checksum = await findChecksum();
  const history = new HistoryWriter(path, options, checksum);
  await history.describe(false);
  for (const batch of driverBatches(options)) await history.append(batch);
  await history.end();
  await history.describe(true);
  return history;
}

class HistoryWriter implements History {
  readonly path: string;
  readonly #options: HistoryOptions;
  readonly #checksum: Crc32c;
  #file: Deno.FsFile | null = null;
  #facts = new SegmentFacts();
  /** Of the segment. */
  #gaps: Uint8Array<ArrayBuffer>[] = [];
  #counters: readonly RingCounters[] = [];
  #entries = 0;
  #batches = 0;
  #bytes = 0;
  segments = 0;
  firstNs = 0n;
  lastNs = 0n;

  constructor(path: string, options: HistoryOptions, checksum: Crc32c) {
    this.path = path;
    this.#options = options;
    this.#checksum = checksum;
  }

  async append({ batch, gaps }: DriverBatch): Promise<void> {
    if (this.#file === null) await this.#begin();
    if (gaps.length > 0) {
      this.#gaps.push(encodeGapsBatch(makeGaps(gaps, batch.batch, DRIVER_CLOCK), this.#checksum));
    }
    await this.#write(encodeLogsBatch(batch, this.#checksum));
    this.#facts.add(batch);
    this.#counters = batch.counters;
    this.#entries += batch.rows;
    this.#batches++;
    this.#options.onEntries?.(this.#entries);
    if (this.#facts.bytes >= this.#options.segmentBytes) await this.end();
  }

  /** Ends the segment, and seals it. */
  async end(): Promise<void> {
    if (this.#file === null) return;
    await this.#write(END_OF_STREAM);
    this.#file.close();
    this.#file = null;
    if (this.#gaps.length > 0) {
      const bytes = new Blob([encodeGapsSchema(), ...this.#gaps, END_OF_STREAM]).stream();
      await Deno.writeFile(segmentPath(this.path, "gaps", this.segments, "arrows"), bytes);
    }
    const meta = this.#facts.meta();
    if (this.segments === 1) this.firstNs = this.#facts.firstNs;
    this.lastNs = this.#facts.lastNs;
    await Deno.writeTextFile(
      segmentPath(this.path, "logs", this.segments, "meta.json"),
      JSON.stringify(meta, null, 2),
    );
    if (this.#options.sealed) await sealSegment(this.path, await readCaptureInfo(this.path), this.segments);
  }

  async #begin(): Promise<void> {
    this.segments++;
    this.#facts = new SegmentFacts();
    this.#gaps = [];
    const path = segmentPath(this.path, "logs", this.segments, "arrows");
    this.#file = await Deno.open(path, { write: true, createNew: true });
    await this.#write(encodeLogsSchema());
  }

  async #write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    for (let done = 0; done < bytes.length;) done += await this.#file!.write(bytes.subarray(done));
    this.#facts.bytes += bytes.length;
    this.#bytes += bytes.length;
  }

  async describe(complete: boolean): Promise<void> {
    const anchor = { ticks: String(DRIVER_CLOCK.ticks), unix_ns: String(DRIVER_CLOCK.unixNs) };
    const json = {
      format_version: 1,
      id: "00000000-0000-4000-8000-000000000004",
      name: "history",
      complete,
      started: rfc3339(DRIVER_CLOCK.unixNs),
      stopped: complete ? rfc3339(this.lastNs) : null,
      host: "bench",
      os: "linux 6.1",
      arch: "x86_64",
      processors: DRIVER_PROCESSORS,
      abi: "1.0",
      driver: "user",
      version: VERSION,
      mode: "discard",
      order: "index",
      clock: { kind: "tsc", ticks_per_second: String(DRIVER_CLOCK.ticksPerSecond), anchors: [anchor] },
      source: {
        rings: "/dev/shm/bench.rings",
        set_id: "04",
        ring_count: DRIVER_PROCESSORS,
        ring_bytes: 4194304,
      },
      settings: {},
      command_line: ["capture"],
      start_pending: 0,
      counters: this.#counters.map((ring) =>
        Object.fromEntries(Object.entries(ring).map(([key, value]) => [key, Number(value)]))
      ),
      entries: this.#entries,
      batches: this.#batches,
      bytes: this.#bytes,
      warnings: [],
    };
    await Deno.writeTextFile(join(this.path, "capture.json"), JSON.stringify(json, null, 2));
  }
}

/** What `meta.json` tells of a segment; driver/reader/store.c writes the same. */
class SegmentFacts {
  bytes = 0;
  firstNs = 0n;
  lastNs = 0n;
  #rows = 0;
  #batches = 0;
  #firstIdx = 0n;
  #lastIdx = 0n;
  readonly #processors = new Set<number>();
  readonly #severities = new Uint32Array(8);

  add(batch: WireBatch): void {
    const { rows, baseIdx, ticks, anchor } = batch;
    if (this.#batches++ === 0) {
      this.#firstIdx = baseIdx;
      this.firstNs = toUnixNs(ticks[0]!, anchor);
    }
    this.#lastIdx = baseIdx + BigInt(batch.idxDelta[rows - 1]!);
    this.lastNs = toUnixNs(ticks[rows - 1]!, anchor);
    this.#rows += rows;
    for (let row = 0; row < rows; row++) {
      this.#processors.add(batch.processor[row]!);
      this.#severities[batch.class[row]! >>> 2 & 7]!++;
    }
  }

  meta(): Record<string, unknown> {
    return {
      rows: this.#rows,
      batches: this.#batches,
      bytes: this.bytes,
      first_idx: String(this.#firstIdx),
      last_idx: String(this.#lastIdx),
      first_ns: String(this.firstNs),
      last_ns: String(this.lastNs),
      processors: [...this.#processors].sort((a, b) => a - b),
      severities: Object.fromEntries(
        [1, 2, 3, 4, 5, 6].map((severity) => [severity, this.#severities[severity]]),
      ),
    };
  }
}

function rfc3339(unixNs: bigint): string {
  const seconds = new Date(Number(unixNs / 1_000_000_000n) * 1e3).toISOString().slice(0, 19);
  return `${seconds}.${String(unixNs % 1_000_000_000n).padStart(9, "0")}Z`;
}
