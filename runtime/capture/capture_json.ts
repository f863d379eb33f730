/**
 * `capture.json`: what was recorded, how, and the account at the end. Its form is told in README.md.
 * @module
 */
import { join } from "@std/path";
import { ClockKind, Mode, Order } from "../abi/layout.ts";
import { CaptureError } from "../errors.ts";
import type { RingCounters } from "../ffi/structs.ts";
import { type Retired, retiredJson } from "../retain/retired.ts";
import { VERSION } from "../version.ts";
import { replaceFile } from "./durable_file.ts";
import type { CaptureCounters, EngineInfo } from "./engine.ts";
import type { KernelFacts } from "./kernel/kernel_rings.ts";

/** Version of the folder's form. */
export const FORMAT_VERSION = 1;

/** A moment on the producer's clock and in Unix time. */
export interface ClockAnchor {
  readonly ticks: bigint;
  readonly unixNs: bigint;
}

/** What `capture.json` is made from. */
export interface CaptureFacts {
  /** UUID of the capture. */
  readonly id: string;
  readonly name: string;
  /** RFC 3339 with nanoseconds; see {@link timestamp}. */
  readonly started: string;
  readonly stopped: string | null;
  readonly complete: boolean;
  /** Path of the ring set. */
  readonly rings: string;
  /** What wrote the rings. */
  readonly driver: string;
  /** Of rings that were found in an image; what is left out is this machine's. */
  readonly origin?: CaptureOrigin;
  /** The kernel's side of rings that were recorded through its driver. */
  readonly kernel?: KernelFacts;
  readonly info: EngineInfo;
  /** At the beginning and, when it has ended, at the end. */
  readonly anchors: readonly ClockAnchor[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly commandLine: readonly string[];
  readonly counters: CaptureCounters;
  readonly retired: Retired;
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

/** The machine whose rings these were, where it is not this one as it is now. */
export interface CaptureOrigin {
  /** "" where the image does not tell. */
  readonly host: string;
  readonly os: string;
  readonly arch: string;
  readonly processors: number;
  /** Where the rings were found; stands in `source`. */
  readonly source: Readonly<Record<string, unknown>>;
}

/** Now, as RFC 3339 in UTC with nine digits. */
export function timestamp(): string {
  return Temporal.Now.instant().toString({ fractionalSecondDigits: 9 });
}

/**
 * Replaces `capture.json` of a capture folder, so that a reader finds the old or the new one.
 *
 * @throws {CaptureError} It cannot be written.
 */
export async function writeCaptureJson(folder: string, facts: CaptureFacts): Promise<void> {
  const path = join(folder, "capture.json");
  try {
    await replaceFile(path, `${JSON.stringify(captureJson(facts), null, 2)}\n`);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
    throw new CaptureError(`write ${path}: ${error.message}`, { cause: error });
  }
}

/** The object that is written. */
export function captureJson(facts: CaptureFacts): Record<string, unknown> {
  const { info, counters: { stats, rings } } = facts;
  return {
    format_version: FORMAT_VERSION,
    id: facts.id,
    name: facts.name,
    complete: facts.complete,
    started: facts.started,
    stopped: facts.stopped,
    ...(facts.origin === undefined
      ? {
        host: Deno.hostname(),
        os: `${Deno.build.os} ${Deno.osRelease()}`,
        arch: Deno.build.arch,
        processors: navigator.hardwareConcurrency,
      }
      : {
        host: facts.origin.host,
        os: facts.origin.os,
        arch: facts.origin.arch,
        processors: facts.origin.processors,
      }),
    abi: `${info.abiMajor}.${info.abiMinor}`,
    driver: facts.driver,
    version: VERSION,
    mode: nameOf(Mode, info.mode),
    order: nameOf(Order, info.order),
    clock: {
      kind: CLOCK_NAMES[info.clockKind] ?? `unknown ${info.clockKind}`,
      ticks_per_second: String(info.ticksPerSecond),
      anchors: facts.anchors.map(({ ticks, unixNs }) => ({ ticks: String(ticks), unix_ns: String(unixNs) })),
    },
    source: {
      ...facts.origin?.source,
      rings: facts.rings,
      set_id: info.setId,
      ring_count: info.ringCount,
      ring_bytes: jsonInteger(info.ringBytes),
      ...facts.kernel,
    },
    settings: facts.settings,
    command_line: facts.commandLine,
    start_pending: jsonInteger(info.startPending),
    start_unstored: jsonInteger(info.startUnstored),
    counters: rings.map(jsonCounters),
    ...(facts.retired.segments > 0 && { retired: retiredJson(facts.retired) }),
    entries: jsonInteger(stats.stored_entries),
    batches: jsonInteger(stats.stored_batches),
    bytes: jsonInteger(stats.stored_bytes),
    warnings: facts.warnings,
    notes: facts.notes,
  };
}

/** An integer as a JSON number where that is exact, else as a string. */
export function jsonInteger(value: bigint): number | string {
  const exact = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
  return exact ? Number(value) : String(value);
}

const CLOCK_NAMES: Readonly<Record<number, string>> = {
  [ClockKind.tsc]: "tsc",
  [ClockKind.cntvct]: "cntvct",
  [ClockKind.monotonicNs]: "monotonic_ns",
  [ClockKind.qpc]: "qpc",
};

function nameOf(names: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(names).find(([, number]) => number === value)?.[0] ?? `unknown ${value}`;
}

function jsonCounters(ring: RingCounters): Record<string, number | string> {
  return Object.fromEntries(Object.entries(ring).map(([name, value]) => [name, jsonInteger(value)]));
}
