/**
 * Writes the segments of a capture folder; the form is told in runtime/capture/README.md.
 * @module
 */
import { dirname, join } from "@std/path";
import { toUnixNs } from "../arrow/clock.ts";
import {
  encodeGapsBatch,
  encodeGapsSchema,
  encodeLogsBatch,
  encodeLogsSchema,
  type WireBatch,
  type WireGaps,
} from "../arrow/wire.ts";
import { Severity } from "../abi/layout.ts";
import { CaptureError } from "../errors.ts";
import { SegmentFile } from "./segment_file.ts";

const segmentBytesDefault = 256 * 2 ** 20;

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
  };
}

function noteBatch(facts: SegmentFacts, batch: WireBatch): void {
  facts.batches++;
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

/** The writer of one capture's `logs/` and `gaps/`. */
export class FolderWriter implements Disposable {
  readonly #folder: string;
  readonly #segmentBytes: number;
  #number = 1;
  #logs: SegmentFile;
  /** Begun with its first gap. */
  #gaps: SegmentFile | null = null;
  #facts = newFacts();
  #storedBytes = 0;
  /** Of the batch that is tried again. */
  #areGapsWritten = false;

  /**
   * Begins segment 1 in a folder that exists.
   *
   * @throws {CaptureError} It cannot be written.
   */
  constructor(folder: string, options: { segmentBytes?: number } = {}) {
    this.#folder = folder;
    this.#segmentBytes = options.segmentBytes ?? segmentBytesDefault;
    for (const table of ["logs", "gaps"]) Deno.mkdirSync(join(folder, table), { recursive: true });
    this.#logs = this.#begin("logs");
  }

  /** Bytes of all batches of `logs/` so far. */
  get storedBytes(): number {
    return this.#storedBytes;
  }

  /**
   * Appends a batch and the gaps that its counters include; the gaps first, so that a batch that is there has them.
   *
   * @throws {CaptureError} The same batch can be tried again.
   */
  append(batch: WireBatch, gaps: WireGaps | null): void {
    if (this.#facts.batches > 0 && this.#logs.bytes >= this.#segmentBytes) {
      this.#endSegments();
      this.#number++;
      this.#facts = newFacts();
      this.#logs = this.#begin("logs");
    }
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
  }

  /** Forces everything to the disk. */
  async sync(): Promise<void> {
    await this.#logs.sync();
    await this.#gaps?.sync();
  }

  /**
   * Ends the segments in order.
   *
   * @throws {CaptureError} They cannot be written.
   */
  finish(): void {
    this.#endSegments();
    attempt("sync", this.#folder, () => syncFolder(this.#folder));
  }

  /** Closes the files as they are. */
  [Symbol.dispose](): void {
    this.#logs[Symbol.dispose]();
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

  #endSegments(): void {
    this.#logs.end();
    this.#gaps?.end();
    this.#gaps = null;
    const path = this.#path("logs", "meta.json");
    attempt("write", path, () => replaceText(path, `${JSON.stringify(this.#meta(), null, 2)}\n`));
    attempt("sync", dirname(path), () => syncFolder(dirname(path)));
  }

  #meta(): object {
    const facts = this.#facts;
    return {
      rows: facts.rows,
      batches: facts.batches,
      bytes: this.#logs.bytes,
      ...(facts.rows > 0 && {
        first_idx: String(facts.firstIdx),
        last_idx: String(facts.lastIdx),
        first_ns: String(facts.firstNs),
        last_ns: String(facts.lastNs),
      }),
      processors: [...facts.processors].sort((a, b) => a - b),
      severities: facts.severities,
    };
  }
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
