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
import type { AnyEvents } from "./events/event_records.ts";

export {
  type BatchOptions,
  CaptureLog,
  type EntryOptions,
  type EventOptions,
  type OpenCaptureOptions,
} from "./capture_log.ts";
export type { AnyEvents, EventRecord, EventValue } from "./events/event_records.ts";
export { type Interval, type Row, Watch, type Watching, type WatchOptions } from "./live/watch.ts";
export type * from "./tables.ts";
export type { LogColumns } from "./arrow/record_batch.ts";
export { type Entry, type Kind, type Level, LEVELS, severityOf } from "./log_entry.ts";
export { AbiMismatchError, CaptureError, DriverError, MetricError, QueryError } from "./errors.ts";
export { type CaptureInfo, listCaptures as captures, type ListedCapture } from "./store/folder.ts";
export type { Retired, RetiredLoss } from "./retain/retired.ts";
export { COUNTER_NAMES, type RingCounters } from "./arrow/wire.ts";
export type { BytesColumn, ExpandedRows } from "./arrow/expand.ts";
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
  EXPORT_FORMATS,
  exportCapture,
  type ExportCounts,
  type ExportFormat,
  type ExportOptions,
  type PacketOptions,
  type TraceOptions,
} from "./export/export_capture.ts";
export {
  COLUMN_ROLES,
  type ColumnRole,
  IMPORT_FORMATS,
  type ImportFormat,
  importLog,
  type ImportOptions,
  type ImportProgress,
  type ImportResult,
  type LogStream,
  type UnreadLine,
} from "./import/import_log.ts";
export {
  importMemory,
  listMemorySets,
  type MemoryImportOptions,
  type MemoryImportResult,
  type MemoryList,
  type MemoryOptions,
  type MemorySet,
  type StepProgress,
} from "./import/memory/import_memory.ts";
export {
  compare,
  type ComparedSide,
  type CompareOptions,
  type CompareProgress,
  type Comparison,
  measureBaseline,
  type MeasuringOptions,
  type SideInput,
} from "./compare/compare.ts";
export type * from "./compare/judge/types.ts";
export { JUDGE_DEFAULTS } from "./compare/judge/settings.ts";
export type { LeftOut } from "./compare/metrics/align_runs.ts";
export type { MeasuredFile, MeasuredRun } from "./compare/metrics/measure_capture.ts";
export type { MeasuredDimension } from "./compare/metrics/measure_quantile.ts";
export type { RunFacts } from "./compare/metrics/run_facts.ts";
export type { Baseline } from "./compare/baseline/baseline_file.ts";
export {
  chooseBaseline,
  chosenBaseline,
  listBaselines,
  type ListedBaseline,
  loadBaseline,
  removeBaseline,
  saveBaseline,
} from "./compare/baseline/baselines.ts";
export { comparisonJson } from "./compare/output/json.ts";
export { comparisonJunit } from "./compare/output/junit.ts";
export { comparisonMarkdown } from "./compare/output/markdown.ts";
export { exitCodeOf, formatChange, formatValue, type InconclusivePolicy } from "./compare/output/describe.ts";
export { parsePattern, type Pattern } from "./live/pattern.ts";
export {
  CommandError,
  type ProcessorResult,
  record as capture,
  type RecordCommand,
  type RecordFilter,
  type RecordOptions,
  type RecordResult,
  type RecordStatus,
  type RingTotals,
} from "./capture/record.ts";
export type { KmsgStart } from "./capture/kmsg.ts";
export type { LinuxOptions } from "./capture/linux/linux_system.ts";
export type { LinuxSources } from "./capture/linux/linux_sources.ts";
export type { WindowsOptions } from "./capture/windows/windows_system.ts";
export type { EntryConditions } from "./live/entry_filter.ts";

/**
 * Opens a capture folder, finished or growing.
 *
 * @typeParam Events Its typed events by name, for {@link CaptureLog.events}: what `ringscope types` writes.
 * @throws {CaptureError} There is no capture at `path`, or it cannot be read.
 * @example Only what was logged as a warning or worse
 * ```ts
 * import { openCapture, severityOf } from "@ringscope/ringscope";
 *
 * await using log = await openCapture("captures/boot", { selection: { severity: severityOf("warn") } });
 * const [{ n } = { n: 0n }] = await log.sql<{ n: bigint }>`SELECT count(*) AS n FROM logs`;
 * ```
 */
export function openCapture<Events extends object = AnyEvents>(
  path: string,
  options: OpenCaptureOptions = {},
): Promise<CaptureLog<Events>> {
  return CaptureLog.open<Events>(path, options);
}
