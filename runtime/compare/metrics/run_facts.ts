/**
 * How a run was recorded, as far as it decides whether it may be compared with another one.
 *
 * @module
 */
import { join } from "@std/path";
import { formatSize } from "../../cli/format_number.ts";
import { CaptureError } from "../../errors.ts";
import { type CaptureInfo, readCaptureInfo } from "../../store/folder.ts";

/** What a run is compared by before its values are; all of it goes into a baseline. */
export interface RunFacts {
  /** Names the recording and no other, also when its folder was copied. */
  readonly id: string;
  /** RFC 3339; null where it is not known. */
  readonly started: string | null;
  /** It ended in order. */
  readonly complete: boolean;
  /** Host, ABI, mode and the like, and the settings of the recorder: each as a text, by its name. */
  readonly conditions: Readonly<Record<string, string>>;
  /** What is missing of it, in words; filled when it is measured. */
  readonly missing: readonly string[];
  /** What recording and loading noticed. */
  readonly warnings: readonly string[];
}

/** Settings of the recorder that say what was recorded and how; the others are where it was put. */
const SETTINGS: Readonly<Record<string, string>> = {
  engine: "reader",
  attached: "attached to running rings",
  once: "emptied once",
  preload: "preload",
  kmsg: "kernel log",
  only: "--only",
  exclude: "--exclude",
  min_severity: "--min-severity",
  command: "command",
  duration_ms: "duration",
  stall_ms: "stall",
  buffer_bytes: "buffer",
  reorder_bytes: "reorder memory",
};

/**
 * Reads the facts of a capture from its `capture.json`.
 *
 * @throws {CaptureError} It is no capture, or cannot be read.
 */
export async function readRunFacts(path: string): Promise<RunFacts> {
  const info = await readCaptureInfo(path);
  return {
    id: info.id,
    started: info.started,
    complete: info.complete,
    conditions: { ...conditionsOf(info), ...await settingsOf(path) },
    missing: [],
    warnings: info.warnings,
  };
}

function conditionsOf(info: CaptureInfo): Record<string, string> {
  const [os = "", ...release] = info.os.split(" ");
  return {
    "host": info.host,
    "operating system": os,
    "kernel": release.join(" "),
    "architecture": info.arch,
    "processors": String(info.processors),
    "driver": info.driver,
    "ABI": info.abi,
    "version": info.version,
    "mode": info.mode,
    "order": info.order,
    "clock": info.clockKind,
    "rings": String(info.ringCount),
    "ring size": formatSize(Number(info.ringBytes)),
  };
}

async function settingsOf(path: string): Promise<Record<string, string>> {
  const file = join(path, "capture.json");
  try {
    const json = JSON.parse(await Deno.readTextFile(file));
    const settings: Record<string, unknown> = json.settings ?? {};
    return Object.fromEntries(
      Object.entries(SETTINGS).map(([key, name]) => [name, textOf(settings[key])]),
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
    throw new CaptureError(`read the settings in ${file}: ${error.message}`, { cause: error });
  }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined || Array.isArray(value) && value.length === 0) return "none";
  return Array.isArray(value)
    ? value.join(" ")
    : typeof value === "object"
    ? JSON.stringify(value)
    : String(value);
}
