/**
 * `capture.json` as an object: what was recorded, how, and the account at the end. Its keys are told in
 * runtime/capture/README.md.
 *
 * @module
 */
import { COUNTER_NAMES, type RingCounters } from "../arrow/wire.ts";

/** The newest form of a capture folder that is understood. */
export const FORMAT_VERSION = 1;

/** What `capture.json` tells. A text that it lacks is null. */
export interface CaptureInfo {
  formatVersion: number;
  id: string | null;
  /** The name that the capture was given; its folder may have been renamed since. */
  name: string;
  /** The capture ended in order: everything that was drained is stored, and the counters are final. */
  complete: boolean;
  /** RFC 3339 with nanoseconds. */
  started: string | null;
  stopped: string | null;
  host: string | null;
  os: string | null;
  arch: string | null;
  /** Of the machine. */
  processors: number | null;
  abi: string | null;
  driver: string | null;
  version: string | null;
  mode: string | null;
  order: string | null;
  clock: { kind: string | null; ticksPerSecond: bigint | null };
  source: { rings: string | null; setId: string | null; ringCount: number | null; ringBytes: number | null };
  settings: Record<string, unknown>;
  commandLine: string[];
  /** Bytes that waited in the rings when the capture began. */
  startPending: number;
  /** Of each ring since the capture began; empty until the capture has counted. */
  counters: RingCounters[];
  entries: number;
  batches: number;
  /** Of the stored batches. */
  bytes: number;
  warnings: string[];
}

/** Another form than this program reads. */
export class NewerFormatError extends SyntaxError {}

/**
 * Reads the text of a `capture.json`.
 *
 * @throws {NewerFormatError} It is of a newer form.
 * @throws {SyntaxError} It is none.
 */
export function parseCaptureInfo(text: string): CaptureInfo {
  const json: unknown = JSON.parse(text);
  if (!isRecord(json)) throw new SyntaxError("it holds no object");
  const formatVersion = toNumber(json.format_version);
  if (formatVersion === null || formatVersion < 1) throw new SyntaxError("it has no format_version");
  if (formatVersion > FORMAT_VERSION) {
    throw new NewerFormatError(
      `its format_version is ${formatVersion}, this program reads up to ${FORMAT_VERSION}`,
    );
  }
  const clock = isRecord(json.clock) ? json.clock : {};
  const source = isRecord(json.source) ? json.source : {};
  return {
    formatVersion,
    id: toText(json.id),
    name: toText(json.name) ?? "",
    complete: json.complete === true,
    started: toText(json.started),
    stopped: toText(json.stopped),
    host: toText(json.host),
    os: toText(json.os),
    arch: toText(json.arch),
    processors: toNumber(json.processors),
    abi: toText(json.abi),
    driver: toText(json.driver),
    version: toText(json.version),
    mode: toText(json.mode),
    order: toText(json.order),
    clock: { kind: toText(clock.kind), ticksPerSecond: toBigint(clock.ticks_per_second) },
    source: {
      rings: toText(source.rings),
      setId: toText(source.set_id),
      ringCount: toNumber(source.ring_count),
      ringBytes: toNumber(source.ring_bytes),
    },
    settings: isRecord(json.settings) ? json.settings : {},
    commandLine: toTexts(json.command_line),
    startPending: toNumber(json.start_pending) ?? 0,
    counters: Array.isArray(json.counters) ? json.counters.filter(isRecord).map(toCounters) : [],
    entries: toNumber(json.entries) ?? 0,
    batches: toNumber(json.batches) ?? 0,
    bytes: toNumber(json.bytes) ?? 0,
    warnings: toTexts(json.warnings),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function toTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** An integer that is written as a number or, beyond 2^53, as a text. */
function toBigint(value: unknown): bigint | null {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  return typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : null;
}

function toNumber(value: unknown): number | null {
  const integer = toBigint(value);
  return integer === null ? null : Number(integer);
}

function toCounters(ring: Record<string, unknown>): RingCounters {
  return Object.fromEntries(COUNTER_NAMES.map((name) => [name, toBigint(ring[name]) ?? 0n])) as RingCounters;
}
