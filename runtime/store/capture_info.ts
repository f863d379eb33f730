/**
 * `capture.json` as an object: what was recorded, how, and the account at the end. Its keys are told in
 * runtime/capture/README.md.
 *
 * @module
 */
import { COUNTER_NAMES, GAP_CAUSES, type RingCounters } from "../arrow/wire.ts";
import { parseRetired, type Retired } from "../retain/retired.ts";

/** The newest form of a capture folder that is understood. */
export const FORMAT_VERSION = 1;

/** What `capture.json` tells. A text that it lacks is empty, a number 0. */
export interface CaptureInfo {
  /** Of the capture folder. */
  readonly formatVersion: number;
  /** Names this recording and no other. */
  readonly id: string;
  /** The name that the capture was given; its folder may have been renamed since. */
  readonly name: string;
  /** The capture ended in order: everything that was drained is stored, and the counters are final. */
  readonly complete: boolean;
  /** RFC 3339 with nanoseconds. */
  readonly started: string | null;
  /** Null while it is being written and after it was cut short. */
  readonly stopped: string | null;
  /** Name of the machine. */
  readonly host: string;
  /** Its operating system. */
  readonly os: string;
  /** Its architecture. */
  readonly arch: string;
  /** Of the machine. */
  readonly processors: number;
  /** ABI version of the rings. */
  readonly abi: string;
  /** What wrote the rings. */
  readonly driver: string;
  /** Version of Ringscope that recorded. */
  readonly version: string;
  /** What a full ring does: `discard` or `overwrite`. */
  readonly mode: string;
  /** What entries are ordered by: `index` or `clock`. */
  readonly order: string;
  /** The clock that ticks come from. */
  readonly clockKind: string;
  /** Its frequency. */
  readonly ticksPerSecond: bigint;
  /** Path of the ring set. */
  readonly rings: string;
  /** 32 hex digits that name this ring set and no other. */
  readonly setId: string;
  /** Rings, one for each processor. */
  readonly ringCount: number;
  /** Size of each ring. */
  readonly ringBytes: bigint;
  /** What the recorder was called with. */
  readonly commandLine: readonly string[];
  /** Of each ring since the capture began. */
  readonly counters: readonly RingCounters[];
  /** Attempts that all rings lost, over all causes. */
  readonly lost: bigint;
  /** What is kept of segments that were retired. */
  readonly retired: Retired;
  /** Stored entries, retired ones included. */
  readonly entries: bigint;
  /** Stored batches. */
  readonly batches: bigint;
  /** Of the stored batches. */
  readonly bytes: bigint;
  /** What recording noticed. */
  readonly warnings: readonly string[];
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
  const formatVersion = Number(toBigint(json.format_version));
  if (formatVersion < 1) throw new SyntaxError("it has no format_version");
  if (formatVersion > FORMAT_VERSION) {
    throw new NewerFormatError(
      `its format_version is ${formatVersion}, this program reads up to ${FORMAT_VERSION}`,
    );
  }
  const clock = isRecord(json.clock) ? json.clock : {};
  const source = isRecord(json.source) ? json.source : {};
  const counters = Array.isArray(json.counters) ? json.counters.filter(isRecord).map(toCounters) : [];
  return {
    formatVersion,
    id: toText(json.id),
    name: toText(json.name),
    complete: json.complete === true,
    started: toText(json.started) || null,
    stopped: toText(json.stopped) || null,
    host: toText(json.host),
    os: toText(json.os),
    arch: toText(json.arch),
    processors: Number(toBigint(json.processors)),
    abi: toText(json.abi),
    driver: toText(json.driver),
    version: toText(json.version),
    mode: toText(json.mode),
    order: toText(json.order),
    clockKind: toText(clock.kind),
    ticksPerSecond: toBigint(clock.ticks_per_second),
    rings: toText(source.rings),
    setId: toText(source.set_id),
    ringCount: Number(toBigint(source.ring_count)),
    ringBytes: toBigint(source.ring_bytes),
    commandLine: toTexts(json.command_line),
    counters,
    lost: counters.reduce((sum, ring) => GAP_CAUSES.reduce((sum, cause) => sum + ring[cause], sum), 0n),
    retired: parseRetired(json.retired),
    entries: toBigint(json.entries),
    batches: toBigint(json.batches),
    bytes: toBigint(json.bytes),
    warnings: toTexts(json.warnings),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function toTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** An integer that is written as a number or, beyond 2^53, as a text. */
function toBigint(value: unknown): bigint {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  return typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : 0n;
}

function toCounters(ring: Record<string, unknown>): RingCounters {
  return Object.fromEntries(COUNTER_NAMES.map((name) => [name, toBigint(ring[name])])) as RingCounters;
}
