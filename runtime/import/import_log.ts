/**
 * A log of another program as a capture, so that it can be queried and compared. Streams: what is held in memory is one batch.
 *
 * @module
 */
import { resolve } from "@std/path";
import { checkCaptureName, makeCaptureFolder } from "../capture/capture_folder.ts";
import { lockRecording } from "../capture/recording_lock.ts";
import { CaptureError } from "../errors.ts";
import { Sealer } from "../seal/sealer.ts";
import { CaptureBuilder } from "./capture_builder.ts";
import type { ImportFormat } from "./detect_format.ts";
import { freeName } from "./free_name.ts";
import { type ImportFacts, writeImportJson } from "./import_json.ts";
import type { ColumnRole, ParserSettings } from "./imported_entry.ts";
import { LineSplitter } from "./line_splitter.ts";
import { LocalClock } from "./local_clock.ts";
import { LogReader, UNREAD_LINE_TYPE, type UnreadLine } from "./log_reader.ts";
import { parseTime } from "./time_text.ts";
import { untilAborted } from "./until_aborted.ts";
import { utf8Chunks } from "./utf8_chunks.ts";

export { IMPORT_FORMATS, type ImportFormat } from "./detect_format.ts";
export { COLUMN_ROLES, type ColumnRole } from "./imported_entry.ts";
export type { UnreadLine } from "./log_reader.ts";

/** Options of {@link importLog}. */
export interface ImportOptions {
  /** Folder that holds the captures; made when it is not there. */
  readonly dir: string;
  /** Name of the capture; default: that of the file, made unique. */
  readonly name?: string;
  /** Form of the log; default: the one that its first lines have. */
  readonly format?: ImportFormat;
  /** For times without a zone: an IANA name, an offset, or "local"; default "UTC". */
  readonly timeZone?: string;
  /** For times without a year: that of the first line; default: the last one in which they are not after the file's own time. */
  readonly year?: number;
  /**
   * What times since boot or since the start count from, and the day of times of the day alone, as ISO 8601 in `timeZone`;
   * default: 1970.
   */
  readonly start?: string;
  /** Which column of NDJSON or CSV is what, where the names do not tell. */
  readonly columns?: Readonly<Partial<Record<ColumnRole, string>>>;
  /** Gives up: nothing is left of the capture, and the signal's reason is thrown. */
  readonly signal?: AbortSignal;
  /** Hears how far it is. */
  readonly onProgress?: (progress: ImportProgress) => void;
}

/** How far an import has come. */
export interface ImportProgress {
  /** Bytes read so far. */
  readonly bytes: number;
  /** Of the file; null where that is not known. */
  readonly totalBytes: number | null;
  /** Entries made of them. */
  readonly entries: number;
}

/** What was imported. */
export interface ImportResult {
  /** Name of the capture. */
  readonly name: string;
  /** Its folder. */
  readonly path: string;
  /** The form that was read. */
  readonly format: ImportFormat;
  /** With the lines that could not be read. */
  readonly entries: number;
  /** Lines, or records of CSV, that are not blank. */
  readonly records: number;
  /** How many of them could not be read; they are entries of type 1062682962, `remarks` is the line's number. */
  readonly unread: number;
  /** The first of these. */
  readonly firstUnread: readonly UnreadLine[];
  /** What keeps the numbers of the capture from being trusted, as `capture_health` tells it. */
  readonly warnings: readonly string[];
}

/** A log that is no file by its path. */
export interface LogStream {
  /** The bytes of the log. */
  readonly stream: AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** What it is called. */
  readonly name: string;
}

/**
 * Makes a capture of a log: NDJSON, CSV, or what dmesg, syslog or DebugView wrote.
 *
 * @throws {CaptureError} It cannot be read, nothing in it has a form that is known, or the capture cannot be written; nothing is left
 *   of it then.
 * @throws {RangeError} An option means nothing.
 * @example
 * ```ts
 * import { importLog } from "@ringscope/ringscope";
 *
 * const { path, unread } = await importLog("dmesg.txt", { dir: "captures", start: "2026-03-01T10:00:00Z" });
 * ```
 */
export async function importLog(log: string | LogStream, options: ImportOptions): Promise<ImportResult> {
  if (options.name !== undefined) checkCaptureName(options.name);
  const clock = new LocalClock(options.timeZone);
  const file = typeof log === "string" ? await openLog(log) : { ...log, totalBytes: null, newestNs: nowNs() };
  const settings: ParserSettings = {
    clock,
    year: options.year ?? null,
    newestNs: file.newestNs,
    startNs: parseStart(options.start, clock),
    columns: new Map(Object.entries(options.columns ?? {}) as [ColumnRole, string][]),
  };
  await using running = new LogImport(file.name, settings, options);
  try {
    const { signal } = options;
    const stream = signal === undefined ? file.stream : untilAborted(file.stream, signal);
    for await (const bytes of running.read(stream)) {
      options.onProgress?.({ bytes, totalBytes: file.totalBytes, entries: running.entries });
    }
    return await running.finish();
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    throw new CaptureError(`import ${file.name}: ${error.message}`, { cause: error });
  }
}

interface OpenLog extends LogStream {
  readonly totalBytes: number | null;
  readonly newestNs: bigint;
}

async function openLog(path: string): Promise<OpenLog> {
  try {
    const file = await Deno.open(path, { read: true });
    const { size, mtime, isDirectory } = await file.stat();
    if (isDirectory) {
      file.close();
      throw new Error("it is a folder");
    }
    const newestNs = mtime === null ? nowNs() : BigInt(mtime.getTime()) * 1_000_000n;
    return { stream: file.readable, name: resolve(path), totalBytes: size, newestNs };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : error.message;
    throw new CaptureError(`import ${path}: ${reason}`, { cause: error });
  }
}

function nowNs(): bigint {
  return Temporal.Now.instant().epochNanoseconds;
}

function parseStart(start: string | undefined, clock: LocalClock): bigint {
  if (start === undefined) return 0n;
  const ns = parseTime(/^\d{4}-\d\d-\d\d$/.test(start) ? `${start} 00:00:00` : start, clock);
  if (ns !== null && ns >= 0n) return ns;
  throw new RangeError(`"${start}" is no start: write a time like 2026-03-01T10:00:00Z, or a day`);
}

/** One import on its way. Disposing of it before it has finished removes the capture. */
class LogImport implements AsyncDisposable {
  readonly #file: string;
  readonly #settings: ParserSettings;
  readonly #options: ImportOptions;
  readonly #id = crypto.randomUUID();
  readonly #reader: LogReader;
  readonly #splitter = new LineSplitter();
  #format: ImportFormat = "ndjson";
  #target:
    | { name: string; path: string; builder: CaptureBuilder; sealer: Sealer; lock: AsyncDisposable }
    | null = null;
  #waiting: Parameters<CaptureBuilder["add"]>[] = [];
  #isFinished = false;

  constructor(file: string, settings: ParserSettings, options: ImportOptions) {
    this.#file = file;
    this.#settings = settings;
    this.#options = options;
    this.#reader = new LogReader(options.format ?? null, settings, (format) => {
      this.#format = format;
      return { add: (...entry) => this.#add(entry) };
    });
  }

  get entries(): number {
    return Number(this.#target?.builder.entries ?? 0n);
  }

  /** Reads to the end, and tells after each piece how many bytes were read. */
  async *read(stream: LogStream["stream"]): AsyncGenerator<number> {
    let bytes = 0;
    for await (const chunk of utf8Chunks(stream)) {
      bytes += chunk.length;
      for (const line of this.#splitter.push(chunk)) this.#reader.push(line);
      await this.#begin();
      yield bytes;
    }
    for (const line of this.#splitter.end()) this.#reader.push(line);
    this.#reader.end();
    await this.#begin();
  }

  /** Makes the capture whole. */
  async finish(): Promise<ImportResult> {
    if (this.#target === null) throw new Error("an import has ended without an entry");
    const { name, path, builder, sealer } = this.#target;
    builder.finish();
    await writeImportJson(path, this.#facts(true));
    const problems = await sealer.finish(this.#options.signal ?? new AbortController().signal);
    this.#options.signal?.throwIfAborted();
    const facts = this.#facts(true, problems);
    if (problems.length > 0) await writeImportJson(path, facts);
    this.#isFinished = true;
    return {
      name,
      path,
      format: this.#format,
      entries: Number(builder.entries),
      records: this.#reader.records,
      unread: this.#reader.unread,
      firstUnread: this.#reader.firstUnread,
      warnings: facts.warnings,
    };
  }

  #add(entry: Parameters<CaptureBuilder["add"]>): void {
    if (this.#target === null) this.#waiting.push(entry);
    else this.#target.builder.add(...entry);
  }

  /** Makes the folder when there is something to put into it. */
  async #begin(): Promise<void> {
    if (this.#target !== null || this.#waiting.length === 0) return;
    const { dir, name } = this.#options;
    const folder = await makeCaptureFolder(dir, name ?? await freeName(dir, this.#file));
    try {
      const builder = new CaptureBuilder(folder.path);
      const lock = await lockRecording(folder.path);
      // The sealer looks into capture.json.
      await writeImportJson(folder.path, this.#facts(false, [], folder.name, builder));
      this.#target = { ...folder, builder, lock, sealer: new Sealer(folder.path) };
    } catch (error) {
      await Deno.remove(folder.path, { recursive: true });
      throw error;
    }
    const { builder } = this.#target;
    for (const entry of this.#waiting.splice(0)) builder.add(...entry);
  }

  #facts(
    complete: boolean,
    problems: readonly string[] = [],
    name = this.#target!.name,
    builder = this.#target!.builder,
  ): ImportFacts {
    const { format, timeZone, year, start, columns } = this.#options;
    return {
      id: this.#id,
      name,
      complete,
      file: this.#file,
      format: this.#format,
      host: this.#reader.host,
      range: builder.range,
      records: this.#reader.records,
      unread: this.#reader.unread,
      counters: builder.counters(),
      entries: builder.entries,
      batches: builder.batches,
      bytes: builder.storedBytes,
      settings: { format, time_zone: timeZone ?? "UTC", year, start, columns },
      warnings: [...this.#warnings(builder), ...problems],
    };
  }

  #warnings({ renumbered, range }: CaptureBuilder): string[] {
    const { records, unread, firstUnread } = this.#reader;
    const [first] = firstUnread;
    const warnings = [
      `it was imported from a log (${this.#format}): what was lost before that was written is not known, and the order is that of its lines`,
    ];
    if (first !== undefined) {
      warnings.push(
        `${unread} of ${records} lines could not be read, the first is line ${first.line} (${first.reason}); they are entries of type ` +
          `${UNREAD_LINE_TYPE}, remarks is the line`,
      );
    }
    if (renumbered > 0) {
      warnings.push(
        `${renumbered} entries have another idx than the log says: it was not above the one before`,
      );
    }
    if (this.#settings.startNs === 0n && range !== null && range.firstNs < YEAR_NS) {
      warnings.push(
        "times count from 1970, because the log tells only those since its start; import it with --start",
      );
    }
    return warnings;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#target === null) return;
    const { path, builder, sealer, lock } = this.#target;
    builder[Symbol.dispose]();
    await sealer[Symbol.asyncDispose]();
    await lock[Symbol.asyncDispose]();
    if (!this.#isFinished) await Deno.remove(path, { recursive: true });
  }
}

const YEAR_NS = 31_536_000_000_000_000n;
