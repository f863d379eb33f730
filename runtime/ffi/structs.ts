/**
 * The structures of driver/include/rs_reader.h, taken apart. structs_test.ts compares the offsets with the C compiler's.
 * @module
 */

/** `rs_message_t`, in bytes. */
export const MESSAGE_BYTES = 512;
/** `rs_capture_info_t`, in bytes. */
export const INFO_BYTES = 104;
/** `rs_capture_stats_t`, in bytes. */
export const STATS_BYTES = 96;
/** `rs_ring_counters_t`, in bytes. */
export const RING_COUNTERS_BYTES = 144;

/** `rs_writer_t`, in bytes. */
export const WRITER_BYTES = 24;

/** A thread that writes into a ring set. */
export interface NativeWriter {
  /** Of its process, in the unit of the system; 0: not known. */
  readonly start: bigint;
  /** Where these numbers mean something; 0: everywhere. */
  readonly namespace: bigint;
  readonly pid: number;
  readonly tid: number;
}

/** The writer at a place of an array of `rs_writer_t`. */
export function readWriter(bytes: Uint8Array, at: number): NativeWriter {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at * WRITER_BYTES, WRITER_BYTES);
  return {
    start: view.getBigUint64(0, true),
    namespace: view.getBigUint64(8, true),
    pid: view.getUint32(16, true),
    tid: view.getUint32(20, true),
  };
}

/** `rs_event_table_t`, in bytes: four words. */
export const EVENT_TABLE_BYTES = 32;
/** `rs_event_column_t`, in bytes: seven words. */
export const EVENT_COLUMN_BYTES = 56;

/** `rs_event_table_t`; addresses of native memory. */
export interface NativeEventTable {
  readonly rows: number;
  readonly columnCount: number;
  readonly rowNumbers: bigint;
  readonly columns: bigint;
}

/** Takes `rs_event_table_t` apart. */
export function readEventTable(bytes: Uint8Array): NativeEventTable {
  const { rows, column_count, row_numbers, columns } = readWords(bytes, 0, EVENT_TABLE_FIELDS);
  return { rows: Number(rows), columnCount: Number(column_count), rowNumbers: row_numbers, columns };
}

/** Members of `rs_event_table_t`, 64 bits each, in order. */
export const EVENT_TABLE_FIELDS = ["rows", "column_count", "row_numbers", "columns"] as const;

/** Members of `rs_event_column_t`, 64 bits each, in order. */
export const EVENT_COLUMN_FIELDS = [
  "name",
  "type",
  "null_count",
  "validity",
  "offsets",
  "values",
  "value_bytes",
] as const;

/** `rs_event_column_t`; addresses of native memory, 0 for null. */
export interface NativeEventColumn {
  readonly name: bigint;
  readonly type: number;
  readonly nullCount: number;
  readonly validity: bigint;
  readonly offsets: bigint;
  readonly values: bigint;
  readonly valueBytes: number;
}

/** The column at a place of an array of `rs_event_column_t`. */
export function readEventColumn(bytes: Uint8Array, at: number): NativeEventColumn {
  const words = readWords(bytes, at * EVENT_COLUMN_BYTES, EVENT_COLUMN_FIELDS);
  return {
    ...words,
    type: Number(words.type),
    nullCount: Number(words.null_count),
    valueBytes: Number(words.value_bytes),
  };
}

/** Offsets in `rs_capture_info_t`. */
export const INFO_OFFSETS = {
  abi_major: 0,
  abi_minor: 4,
  ring_count: 8,
  mode: 12,
  order: 16,
  clock_kind: 20,
  ring_bytes: 24,
  ticks_per_second: 32,
  anchor_ticks: 40,
  anchor_unix_ns: 48,
  creator_pid: 56,
  creator_alive: 60,
  set_id: 64,
  start_pending: 80,
  start_unstored: 88,
  features: 96,
} as const;

/** Members of `rs_capture_stats_t`, 64 bits each, in order. */
export const STATS_FIELDS = [
  "entries",
  "stored_entries",
  "stored_batches",
  "stored_bytes",
  "gaps",
  "pool_bytes",
  "pool_used_bytes",
  "pool_waits",
  "violations",
  "last_index",
  "sync_ns",
  "stop_requested",
] as const;

/** Members of `rs_ring_counters_t`, 64 bits each, in order; the order of `ringscope.counters` in a batch too. */
export const RING_COUNTER_FIELDS = [
  "processor",
  "attempts",
  "read",
  "discarded",
  "lost_full",
  "overwritten",
  "too_big",
  "abandoned",
  "corrupt",
  "unstored",
  "pending",
  "wraps",
  "late",
  "stalled",
  "mixed",
  "used_bytes",
  "capacity_bytes",
  "filtered",
] as const;

/** What is known about a ring set and this capture's beginning. */
export interface NativeCaptureInfo {
  readonly abiMajor: number;
  readonly abiMinor: number;
  readonly ringCount: number;
  /** `Mode`, `Order`, `ClockKind` of runtime/abi/layout.ts. */
  readonly mode: number;
  readonly order: number;
  readonly clockKind: number;
  /** Bytes of one ring. */
  readonly ringBytes: bigint;
  readonly ticksPerSecond: bigint;
  readonly anchorTicks: bigint;
  readonly anchorUnixNs: bigint;
  readonly creatorPid: number;
  readonly creatorAlive: boolean;
  /** 32 hex digits that name this ring set and no other. */
  readonly setId: string;
  /** Bytes that were waiting in the rings when the capture began. */
  readonly startPending: bigint;
  /** Entries that an earlier capture took from the rings and died before it stored them. */
  readonly startUnstored: bigint;
  /** Bits of `Feature`, and those that this version does not know. */
  readonly features: bigint;
}

/** `rs_capture_stats_t`. */
export type NativeStats = Readonly<Record<typeof STATS_FIELDS[number], bigint>>;
/** `rs_ring_counters_t`. */
export type RingCounters = Readonly<Record<typeof RING_COUNTER_FIELDS[number], bigint>>;

/** Takes `rs_message_t` apart: the text before its terminator. */
export function readMessage(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(bytes.subarray(0, end < 0 ? bytes.length : end));
}

/** Takes `rs_capture_info_t` apart. */
export function readInfo(bytes: Uint8Array): NativeCaptureInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u32 = (name: keyof typeof INFO_OFFSETS) => view.getUint32(INFO_OFFSETS[name], true);
  const u64 = (name: keyof typeof INFO_OFFSETS) => view.getBigUint64(INFO_OFFSETS[name], true);
  const id = bytes.subarray(INFO_OFFSETS.set_id, INFO_OFFSETS.set_id + 16);
  return {
    abiMajor: u32("abi_major"),
    abiMinor: u32("abi_minor"),
    ringCount: u32("ring_count"),
    mode: u32("mode"),
    order: u32("order"),
    clockKind: u32("clock_kind"),
    ringBytes: u64("ring_bytes"),
    ticksPerSecond: u64("ticks_per_second"),
    anchorTicks: u64("anchor_ticks"),
    anchorUnixNs: view.getBigInt64(INFO_OFFSETS.anchor_unix_ns, true),
    creatorPid: u32("creator_pid"),
    creatorAlive: u32("creator_alive") !== 0,
    setId: id.toHex(),
    startPending: u64("start_pending"),
    startUnstored: u64("start_unstored"),
    features: u64("features"),
  };
}

/** Takes `rs_capture_stats_t` apart. */
export function readStats(bytes: Uint8Array): NativeStats {
  return readWords(bytes, 0, STATS_FIELDS);
}

/** Takes the ring of number `at` out of an array of `rs_ring_counters_t`. */
export function readRingCounters(bytes: Uint8Array, at: number): RingCounters {
  return readWords(bytes, at * RING_COUNTERS_BYTES, RING_COUNTER_FIELDS);
}

function readWords<Name extends string>(
  bytes: Uint8Array,
  offset: number,
  names: readonly Name[],
): Record<Name, bigint> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = names.map((name, at) => [name, view.getBigUint64(offset + 8 * at, true)] as const);
  return Object.fromEntries(words) as Record<Name, bigint>;
}
