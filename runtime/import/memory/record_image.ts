/**
 * Drains a ring set that was put together from an image into a capture folder, with the reader that live recordings use.
 *
 * @module
 */
import { join } from "@std/path";
import { ensureBuilt } from "../../build/build.ts";
import { imbalances, isBalanced, rowsOf, totalsOf } from "../../capture/account.ts";
import { makeCaptureFolder } from "../../capture/capture_folder.ts";
import { type CaptureOrigin, writeCaptureJson } from "../../capture/capture_json.ts";
import type { CaptureEngine } from "../../capture/engine.ts";
import { openNativeEngine } from "../../capture/native_engine.ts";
import { checkRecordOptions } from "../../capture/record_settings.ts";
import type { RingTotals } from "../../capture/record_types.ts";
import { lockRecording } from "../../capture/recording_lock.ts";
import { CaptureError, DriverError } from "../../errors.ts";
import { loadNative } from "../../ffi/native.ts";
import { NOTHING_RETIRED } from "../../retain/retired.ts";
import { Sealer } from "../../seal/sealer.ts";
import { readMeta } from "../../seal/segment_meta.ts";

/** What is recorded, and how it is told. */
export interface ImageRecordOptions {
  /** The file with the ring set. */
  readonly rings: string;
  /** Stands in capture.json for that file, which is gone afterwards. */
  readonly image: string;
  readonly dir: string;
  readonly name: string;
  /** `linux` or `windows`. */
  readonly driver: string;
  readonly origin: CaptureOrigin;
  /** False: the image has only a part of the rings, and the capture is none that is complete. */
  readonly isWhole: boolean;
  /** When the rings were made and when the machine stopped, unix time in ns; null: take the last moment that the driver noted. */
  readonly range: { readonly madeUnixNs: bigint; readonly crashUnixNs: bigint | null };
  readonly settings: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
  readonly signal?: AbortSignal;
}

/** What became of it. */
export interface ImageRecordResult extends RingTotals {
  readonly name: string;
  readonly path: string;
  readonly entries: number;
  readonly balanced: boolean;
  readonly warnings: readonly string[];
}

/**
 * Makes the capture. Nothing is left of it when it fails or is given up.
 *
 * @throws {CaptureError} It cannot be written, or the reader refuses the rings.
 */
export async function recordImage(options: ImageRecordOptions): Promise<ImageRecordResult> {
  const { reader, reason } = await ensureBuilt();
  if (reader === null) {
    throw new CaptureError(`import ${options.image}: there is no reader library: ${reason}`);
  }
  using library = loadNative(reader);
  try {
    await using engine = openNativeEngine(library, options.rings, { isImage: true });
    const folder = await makeCaptureFolder(options.dir, options.name);
    try {
      await using _lock = await lockRecording(folder.path);
      return await drain(engine, folder, options);
    } catch (error) {
      await engine.finish();
      await Deno.remove(folder.path, { recursive: true });
      throw error;
    }
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
    throw new CaptureError(
      `import ${options.image}: ${error.message.replaceAll(options.rings, "the ring set")}`,
      { cause: error },
    );
  }
}

async function drain(
  engine: CaptureEngine,
  folder: { readonly name: string; readonly path: string },
  options: ImageRecordOptions,
): Promise<ImageRecordResult> {
  const { dir, name, image, driver, origin, isWhole, range, settings, signal } = options;
  const id = crypto.randomUUID();
  const info = engine.info();
  const warnings = [...options.warnings];
  if (info.startUnstored > 0n) {
    warnings.push(
      `${info.startUnstored} entries had been taken by a capture that ran when the machine stopped, and may not have reached its folder; ` +
        `they are counted as unstored`,
    );
  }
  const write = async (stopped: bigint | null) =>
    await writeCaptureJson(folder.path, {
      id,
      name: folder.name,
      started: momentOf(range.madeUnixNs),
      stopped: stopped === null ? null : momentOf(stopped),
      complete: stopped !== null && isWhole,
      rings: image,
      driver,
      origin,
      info,
      anchors: [{ ticks: info.anchorTicks, unixNs: info.anchorUnixNs }],
      settings,
      commandLine: Deno.args,
      counters: engine.counters(),
      retired: NOTHING_RETIRED,
      warnings,
      notes: [],
    });
  await write(null);
  await engine.begin(folder.path, checkRecordOptions({ dir, name }));
  const end = await engine.finish();
  signal?.throwIfAborted();
  if (!end.complete) throw new CaptureError(`import ${image}: ${end.problems.join("; ")}`);
  const { stats, rings } = engine.counters();
  const rows = rowsOf(rings);
  warnings.push(...imbalances(rings));
  if (rows !== stats.stored_entries) {
    warnings.push(`${rows} entries were read, ${stats.stored_entries} are in the capture`);
  }
  const lastNs = await lastEntryNs(folder.path);
  // Without the kernel's own word it ran at least until the last thing that is known of it.
  const stopped = range.crashUnixNs ?? (lastNs > info.anchorUnixNs ? lastNs : info.anchorUnixNs);
  await write(stopped);
  await using sealer = new Sealer(folder.path);
  const problems = await sealer.finish(signal ?? new AbortController().signal);
  signal?.throwIfAborted();
  if (problems.length > 0) {
    warnings.push(...problems);
    await write(stopped);
  }
  return {
    name: folder.name,
    path: folder.path,
    entries: Number(stats.stored_entries),
    ...totalsOf(rings),
    balanced: rings.every(isBalanced) && rows === stats.stored_entries,
    warnings,
  };
}

/** Of the newest entry in the closed segments of a capture; 0 where there is none. */
async function lastEntryNs(folder: string): Promise<bigint> {
  let lastNs = 0n;
  for await (const { name } of Deno.readDir(join(folder, "logs"))) {
    const [, number] = /^(\d+)\.meta\.json$/.exec(name) ?? [];
    const last = number === undefined ? null : (await readMeta(folder, Number(number)))?.last_ns;
    if (typeof last === "string" && /^\d{1,19}$/.test(last) && BigInt(last) > lastNs) lastNs = BigInt(last);
  }
  return lastNs;
}

/** RFC 3339 with nanoseconds. */
export function momentOf(unixNs: bigint): string {
  return Temporal.Instant.fromEpochNanoseconds(unixNs).toString({ fractionalSecondDigits: 9 });
}
