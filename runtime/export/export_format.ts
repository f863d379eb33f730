/**
 * What the encoders of the export formats have in common.
 *
 * @module
 */
import type { ExpandedRows } from "../arrow/expand.ts";
import type { Gap } from "../live/gap.ts";
import type { CaptureInfo } from "../store/folder.ts";
import type { TraceOptions } from "./trace.ts";
import type { PacketOptions } from "./pcapng.ts";

/** The forms that a capture can be exported to. */
export const EXPORT_FORMATS = ["csv", "ndjson", "arrow", "parquet", "pcapng", "trace"] as const;
/** One of {@link EXPORT_FORMATS}. */
export type ExportFormat = typeof EXPORT_FORMATS[number];

/** What is exported, in index order; holes stand behind the entries. Valid until the next one is asked for. */
export type ExportBatch =
  | { readonly kind: "entries"; readonly rows: ExpandedRows }
  | { readonly kind: "gaps"; readonly gaps: readonly Gap[] };

/** What an encoder knows beside the batches. */
export interface ExportContext {
  /** What the column `capture` says. */
  readonly capture: string;
  readonly info: CaptureInfo;
  readonly packets: PacketOptions;
  readonly trace: TraceOptions;
  /** What the entries of a call site are; undefined where that is not known. */
  readonly roleOf: (site: number) => "event" | "begin" | "end" | undefined;
  /** Hears of entries that the format has no place for. */
  readonly onLeftOut: (entries: number) => void;
}

/** Turns batches into the bytes of a file. */
export type ExportEncoder = (
  batches: AsyncIterable<ExportBatch>,
  context: ExportContext,
) => AsyncIterable<Uint8Array<ArrayBuffer>>;
