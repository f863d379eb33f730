/**
 * A capture in the form of another tool, as a stream of bytes: what is held in memory is one batch, never the capture.
 *
 * @module
 */
import { basename, resolve } from "@std/path";
import { crc32c } from "../arrow/crc32c.ts";
import type { ExpandedRows } from "../arrow/expand.ts";
import { type EntryConditions, isOpen, judge } from "../live/entry_filter.ts";
import { toGaps } from "../live/gap.ts";
import { CaptureSource } from "../store/capture_source.ts";
import { type EntrySelection, gather, isSelective, selectRows } from "../store/entry_selection.ts";
import { segmentsWanted } from "../store/segments_wanted.ts";
import type { ExportBatch, ExportContext, ExportEncoder, ExportFormat } from "./export_format.ts";
import { encodePcapng, type PacketOptions, USER0 } from "./pcapng.ts";
import { encodeCsv, encodeNdjson } from "./text_rows.ts";
import { DURATION_DEFAULT, encodeTrace, type TraceOptions } from "./trace.ts";

export { EXPORT_FORMATS, type ExportFormat } from "./export_format.ts";
export type { PacketOptions } from "./pcapng.ts";
export type { TraceOptions } from "./trace.ts";

/** What has to be found in entries, and what may not. */
export type ContentConditions = Pick<EntryConditions, "match" | "exclude" | "where">;

/** Options of {@link exportCapture}. */
export interface ExportOptions {
  /** The form that is written. */
  readonly format: ExportFormat;
  /** Which entries; default: all. Segments that hold none of them are not read. */
  readonly selection?: EntrySelection;
  /** Which of these; default: all. */
  readonly conditions?: ContentConditions;
  /** For pcapng; default: all data as packets of the link type USER0. */
  readonly packets?: Partial<PacketOptions>;
  /** For traces; default: tracks of threads, and slices where a message says `ns=DURATION` or `duration_ns=DURATION`. */
  readonly trace?: Partial<TraceOptions>;
  /** Ends the export with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How far an export has come. */
export interface ExportCounts {
  /** Entries that were written. */
  entries: number;
  /** Entries that the conditions let pass and the format has no place for: texts in pcapng. */
  leftOut: number;
  /** All entries that the capture is known to hold. */
  total: number;
  /** Attempts that the capture lost; only traces show where. */
  lost: bigint;
}

/** An export on its way. */
export interface CaptureExport extends AsyncIterable<Uint8Array<ArrayBuffer>> {
  /** As of now. */
  readonly counts: Readonly<ExportCounts>;
  /** What could not be read, each with file and place; whole when the bytes have ended. */
  readonly warnings: readonly string[];
}

/** By their numbers in the descriptors of call sites. */
const ROLES = ["event", "begin", "end"] as const;
const ALL: ContentConditions = { match: [], exclude: [] };

/**
 * The capture at `path` as the bytes of a file, made as they are asked for. Entries come in index order; one that is being recorded
 * ends with what is there.
 *
 * @throws {CaptureError} There is no capture there, or it cannot be read; when the first bytes are asked for.
 * @example
 * ```ts
 * import { exportCapture } from "@ringscope/ringscope";
 *
 * using file = await Deno.open("boot.csv", { write: true, createNew: true });
 * await ReadableStream.from(exportCapture("captures/boot", { format: "csv" })).pipeTo(file.writable);
 * ```
 */
export function exportCapture(path: string, options: ExportOptions): CaptureExport {
  const counts = { entries: 0, leftOut: 0, total: 0, lost: 0n };
  const warnings: string[] = [];
  return {
    counts,
    warnings,
    async *[Symbol.asyncIterator]() {
      const { selection = {}, conditions = ALL } = options;
      const wanted = segmentsWanted(path, { selection, firstSegment: 0 });
      using source = await CaptureSource.open(path, crc32c, wanted);
      counts.total = Number(source.info.entries);
      if (options.format === "trace") await source.events.load();
      const context: ExportContext = {
        capture: basename(resolve(path)),
        info: source.info,
        packets: { types: [], linkType: USER0, interfaceName: "ringscope", ...options.packets },
        trace: { tracks: "thread", duration: DURATION_DEFAULT, span: null, ...options.trace },
        roleOf: (site) => ROLES[source.events.sites.get(site)?.role ?? -1],
        onLeftOut: (entries) => {
          counts.entries -= entries;
          counts.leftOut += entries;
        },
      };
      const encode = await encoderOf(options.format);
      const batches = select(source, { selection, conditions }, counts, options.signal);
      yield* encode(batches, context);
      counts.lost = source.info.lost;
      warnings.push(...source.warnings);
    },
  };
}

async function encoderOf(format: ExportFormat): Promise<ExportEncoder> {
  switch (format) {
    case "csv":
      return encodeCsv;
    case "ndjson":
      return encodeNdjson;
    case "pcapng":
      return encodePcapng;
    case "trace":
      return encodeTrace;
    default: {
      // Its library takes a moment to load and is for these alone.
      const { encodeArrow, encodeParquetFile } = await import("./columnar.ts");
      return format === "arrow" ? encodeArrow : encodeParquetFile;
    }
  }
}

interface Wanted {
  readonly selection: EntrySelection;
  readonly conditions: ContentConditions;
}

async function* select(
  source: CaptureSource,
  wanted: Wanted,
  counts: ExportCounts,
  signal: AbortSignal | undefined,
): AsyncGenerator<ExportBatch> {
  const { processors } = wanted.selection;
  for await (const item of source.look()) {
    signal?.throwIfAborted();
    if (item.kind === "entries") {
      const rows = await pickWanted(item.expand(), wanted);
      counts.entries += rows.rows;
      yield { kind: "entries", rows };
    } else if (item.kind === "gaps") {
      const gaps = toGaps(item.rows).filter(({ processor }) => processors?.includes(processor) ?? true);
      yield { kind: "gaps", gaps };
    }
  }
}

async function pickWanted(
  all: ExpandedRows,
  { selection, conditions }: Wanted,
): Promise<ExpandedRows> {
  const rows = isSelective(selection) ? selectRows(selection, all) : all;
  const content = { processors: [], ...conditions };
  if (isOpen(content) || rows.rows === 0) return rows;
  const reasonOf = await judge(rows, content);
  const picked: number[] = [];
  for (let row = 0; row < rows.rows; row++) if (reasonOf(row) === null) picked.push(row);
  return gather(rows, Uint32Array.from(picked));
}
