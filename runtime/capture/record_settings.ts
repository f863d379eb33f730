/**
 * The options of a recording, checked and with their defaults.
 * @module
 */
import { abi } from "../abi/layout.ts";
import { severityOf } from "../log_entry.ts";
import type { EntryFilter } from "../reader/wanted_entries.ts";
import { parseSitePattern } from "../sites/site_pattern.ts";
import { checkCaptureName } from "./capture_folder.ts";
import type { EngineSettings } from "./engine.ts";
import { checkKernelOptions } from "./kernel/kernel_options.ts";
import type { RecordFilter, RecordOptions } from "./record_types.ts";

/** How often written bytes are forced to the disk when nothing else is said, in ms. */
const SYNC_MS = 5_000;
/** How long a full disk is tried again when nothing else is said, in ms. */
const FULL_DISK_PATIENCE_MS = 5_000;
/** Bytes of the buffers between rings and disk when nothing else is said. */
const BUFFER_BYTES = 256 * 2 ** 20;
/** Bytes for entries that wait for an earlier one when nothing else is said. */
const REORDER_BYTES = 256 * 2 ** 20;
/** Bytes of a segment that is closed when nothing else is said. */
const SEGMENT_BYTES = 256 * 2 ** 20;
/** When a segment is closed although it is small when nothing else is said, in ms: then it can be sealed and retired. */
const SEGMENT_AGE_MS = 10 * 60_000;
/** When the entry of a writer that stands still is passed when nothing else is said, in ms. */
const STALL_MS = 1_000;
/** What is retired goes segment by segment, so the bounds are kept to about a part in so many. */
const KEPT_SEGMENTS = 8;
/** The smallest size that can be kept, in bytes: a segment is then about as large as one batch may be. */
const KEEP_BYTES_MIN = 64 * 2 ** 20;
/** The shortest age that can be kept, in ms. */
const KEEP_AGE_MIN_MS = 1_000;
/** The longest time that a JavaScript timer can wait for, in ms. */
const TIMER_MS_MAX = 2 ** 31 - 1;
const UINT32_MAX = 2 ** 32 - 1;

/**
 * Checks the options before anything is made.
 *
 * @throws {RangeError} A number that cannot be.
 * @throws {TypeError} Options that exclude each other, or a name that cannot be a folder's.
 */
export function checkRecordOptions(options: RecordOptions): EngineSettings {
  if (options.name !== undefined) checkCaptureName(options.name);
  if (options.command !== undefined && options.once) {
    throw new TypeError(
      "record once: there is nothing to take yet from a command that is started; leave one of them out",
    );
  }
  if (options.rings !== undefined && (options.ringBytes !== undefined || options.ringMemory !== undefined)) {
    throw new TypeError(
      "record rings that exist: their size cannot be chosen any more; leave the ring size out",
    );
  }
  if (options.rings !== undefined && (options.mode !== undefined || options.order !== undefined)) {
    throw new TypeError(
      "record rings that exist: their mode and order were chosen when they were made; leave both out",
    );
  }
  checkKmsg(options);
  checkKernelOptions(options);
  const { ringBytes, ringMemory } = options;
  if (ringBytes !== undefined && !isRingSize(ringBytes)) {
    throw new RangeError(
      `make rings of ${ringBytes} bytes: a ring is a power of two from ${abi.ringBytesMin} to ${abi.ringBytesMax} bytes`,
    );
  }
  checkInteger("ring memory", "bytes", ringMemory, abi.ringBytesMin, Number.MAX_SAFE_INTEGER);
  checkInteger("buffer", "bytes", options.bufferBytes, 1, Number.MAX_SAFE_INTEGER);
  checkInteger("reorder memory", "bytes", options.reorderBytes, 1, Number.MAX_SAFE_INTEGER);
  checkInteger("segment size", "bytes", options.segmentBytes, 1, Number.MAX_SAFE_INTEGER);
  checkInteger("segment age", "ms", options.segmentAgeMs, 1, UINT32_MAX);
  checkInteger("stall time", "ms", options.stallMs, 1, UINT32_MAX);
  checkInteger("sync interval", "ms", options.syncMs, 0, UINT32_MAX);
  checkInteger("patience with a full disk", "ms", options.fullDiskPatienceMs, 0, TIMER_MS_MAX);
  checkInteger("duration", "ms", options.durationMs, 0, TIMER_MS_MAX);
  return {
    bufferBytes: options.bufferBytes ?? BUFFER_BYTES,
    reorderBytes: options.reorderBytes ?? REORDER_BYTES,
    ...segmentSettings(options),
    stallMs: options.stallMs ?? STALL_MS,
    syncMs: options.syncMs ?? SYNC_MS,
    fullDiskPatienceMs: options.fullDiskPatienceMs ?? FULL_DISK_PATIENCE_MS,
    filter: filterSettings(options.filter),
  };
}

/** @throws {RangeError | TypeError} A pattern or a level that can be none. */
function filterSettings({ only = [], exclude = [], minSeverity = "trace" }: RecordFilter = {}): EntryFilter {
  for (const pattern of [...only, ...exclude]) parseSitePattern(pattern);
  return { only, exclude, least: severityOf(minSeverity) };
}

function checkKmsg({ kmsg, command, rings, mode, order, once }: RecordOptions): void {
  if (kmsg === undefined) return;
  if (command !== undefined || rings !== undefined) {
    throw new TypeError(
      "record the kernel's log: it goes into rings of its own; leave the command, or the rings that exist, to another capture",
    );
  }
  if (mode !== undefined || order !== undefined) {
    throw new TypeError(
      "record the kernel's log: it has one order, that of the kernel, and waits in the kernel's buffer; leave mode and order out",
    );
  }
  if (once && kmsg === "new") {
    throw new TypeError(
      "record once what the kernel logs from now on: nothing is there yet; begin with everything, or leave once out",
    );
  }
}

/**
 * When segments are closed: early enough that what is retired as a whole keeps to the bounds.
 *
 * @throws {RangeError} The bounds cannot be kept.
 */
function segmentSettings(
  options: RecordOptions,
): Pick<EngineSettings, "segmentBytes" | "segmentAgeMs"> {
  const { keepBytes, keepAgeMs, keepSegments } = options;
  checkInteger("size to keep", "bytes", keepBytes, KEEP_BYTES_MIN, Number.MAX_SAFE_INTEGER);
  checkInteger("time to keep", "ms", keepAgeMs, KEEP_AGE_MIN_MS, Number.MAX_SAFE_INTEGER);
  checkInteger("number of segments to keep", "segments", keepSegments, 1, Number.MAX_SAFE_INTEGER);
  const segmentBytesMax = Math.floor((keepBytes ?? Infinity) / KEPT_SEGMENTS);
  const segmentAgeMaxMs = Math.floor((keepAgeMs ?? Infinity) / KEPT_SEGMENTS);
  const segmentBytes = options.segmentBytes ?? Math.min(SEGMENT_BYTES, segmentBytesMax);
  const segmentAgeMs = options.segmentAgeMs ?? Math.min(SEGMENT_AGE_MS, segmentAgeMaxMs);
  if (segmentBytes > segmentBytesMax) {
    throw new RangeError(
      `keep ${keepBytes} bytes in segments of ${segmentBytes}: a segment is at most an eighth of them; ` +
        `use smaller segments, or keep more`,
    );
  }
  if (segmentAgeMs > segmentAgeMaxMs) {
    throw new RangeError(
      `keep ${keepAgeMs} ms in segments of ${segmentAgeMs} ms: a segment is at most an eighth of them; ` +
        `use a smaller segment age, or keep more`,
    );
  }
  return { segmentBytes, segmentAgeMs };
}

function isRingSize(bytes: number): boolean {
  return Number.isSafeInteger(bytes) && bytes >= abi.ringBytesMin && bytes <= abi.ringBytesMax &&
    Number.isInteger(Math.log2(bytes));
}

function checkInteger(what: string, unit: string, value: number | undefined, min: number, max: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= min && value <= max)) return;
  throw new RangeError(`use a ${what} of ${value} ${unit}: it is a whole number from ${min} to ${max}`);
}
