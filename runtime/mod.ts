/**
 * Ringscope for scripts: captures as SQL, entries and Arrow batches.
 *
 * @example
 * ```ts
 * import { openCapture } from "@ringscope/ringscope";
 *
 * await using log = await openCapture("captures/boot");
 * const rows = await log.sql`SELECT processor, p99_ns FROM latency_by_processor`;
 * for await (const entry of log.entries({ level: "warn" })) console.log(entry.message);
 * ```
 * @module
 */
import { CaptureLog, type OpenCaptureOptions } from "./capture_log.ts";

export { type BatchOptions, CaptureLog, type EntryOptions, type OpenCaptureOptions } from "./capture_log.ts";
export { type Interval, type Row, Watch, type Watching, type WatchOptions } from "./live/watch.ts";
export type { LogColumns } from "./arrow/record_batch.ts";
export { type Entry, type Level, LEVELS, severityOf } from "./log_entry.ts";
export { AbiMismatchError, CaptureError, DriverError, QueryError } from "./errors.ts";
export { type CaptureInfo, listCaptures, type ListedCapture } from "./store/folder.ts";
export {
  type CaptureSummary,
  type EngineChoice,
  type EngineKind,
  type EntrySelection,
  type LoadProgress,
  openStore,
  type OpenStoreOptions,
  type QueryColumn,
  type QueryOptions,
  type QueryResult,
  type Store,
} from "./store/store.ts";
export {
  type CaptureExport,
  type ContentConditions,
  exportCapture,
  type ExportCounts,
  type ExportFormat,
  type ExportOptions,
  type PacketOptions,
  type TraceOptions,
} from "./export/export_capture.ts";
export {
  type ColumnRole,
  type ImportFormat,
  importLog,
  type ImportOptions,
  type ImportProgress,
  type ImportResult,
  type LogStream,
  type UnreadLine,
} from "./import/import_log.ts";
export { parsePattern, type Pattern } from "./live/pattern.ts";
export { record, type RecordOptions, type RecordResult, type RecordStatus } from "./capture/record.ts";

/**
 * Opens a capture folder, finished or growing.
 *
 * @throws {CaptureError} There is no capture at `path`, or it cannot be read.
 */
export function openCapture(path: string, options: OpenCaptureOptions = {}): Promise<CaptureLog> {
  return CaptureLog.open(path, options);
}
