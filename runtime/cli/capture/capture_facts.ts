import { basename, dirname } from "@std/path";
import { type CaptureInfo, listCaptures, readCaptureInfo } from "../../store/folder.ts";
import { openStore, type OpenStoreOptions } from "../../store/store.ts";
import { type CaptureState, captureState } from "./capture_state.ts";

/** What one processor's ring came to. */
export interface ProcessorFacts {
  readonly processor: number;
  readonly attempts: bigint;
  readonly read: bigint;
  readonly lost: bigint;
  readonly filtered: bigint;
}

/** What `info` shows of a capture. */
export interface CaptureFacts {
  readonly name: string;
  readonly path: string;
  readonly state: CaptureState;
  readonly info: CaptureInfo;
  /** Entries that can be read, also of a capture that was cut short. */
  readonly entries: bigint;
  /** Of all files of the folder. */
  readonly bytes: number;
  readonly trustworthy: boolean;
  /** Why the numbers are not to be trusted; empty when they are. */
  readonly reasons: readonly string[];
  readonly processors: readonly ProcessorFacts[];
  /** What recording and loading met. */
  readonly warnings: readonly string[];
}

/** Reads a capture through its store. */
export async function readCaptureFacts(path: string, options: OpenStoreOptions = {}): Promise<CaptureFacts> {
  const info = await readCaptureInfo(path);
  await using store = await openStore([path], options);
  const { rows: [health] } = await store.query("SELECT trustworthy, reasons FROM capture_health");
  const { rows: [loaded] } = await store.query("SELECT loaded_rows, warnings FROM captures");
  const { rows } = await store.query(
    "SELECT processor, attempts, read, lost, filtered FROM _rings_at_end ORDER BY processor",
  );
  return {
    name: basename(path),
    path,
    state: await captureState(path, info),
    info,
    entries: BigInt(loaded?.[0] as bigint),
    bytes: (await listCaptures(dirname(path))).find((one) => one.path === path)?.bytes ?? Number(info.bytes),
    trustworthy: health?.[0] === true,
    reasons: texts(health?.[1]),
    warnings: texts(loaded?.[1]),
    processors: rows.map(([processor, attempts, read, lost, filtered]) => ({
      processor: Number(processor),
      attempts: BigInt(attempts as bigint),
      read: BigInt(read as bigint),
      lost: BigInt(lost as bigint),
      filtered: BigInt(filtered as bigint),
    })),
  };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
