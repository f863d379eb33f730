/**
 * The rate that a capture takes without a loss: a producer in a process of its own, the rings, the reader, the folder.
 * @module
 */
import { join } from "@std/path";
import { record } from "../../runtime/capture/record.ts";
import { CaptureError } from "../../runtime/errors.ts";
import type { BenchRow } from "./bench_row.ts";
import { measureDiskRate } from "./disk_rate.ts";
import { spreadOf } from "./spread.ts";

/** How the rates are tried. */
export interface SustainedSettings {
  /** Entries in a second, ascending. */
  readonly rates: readonly number[];
  readonly seconds: number;
  /** How often a rate may be tried until a try is without loss. */
  readonly tries: number;
  /** Bytes that the disk's own rate is measured with, once before each try. */
  readonly diskBytes: number;
}

/** One try of one rate. */
export interface SustainedTry {
  /** Entries in a second. */
  readonly wanted: number;
  readonly achieved: number;
  /** Entries that the program tried to write. */
  readonly attempts: number;
  /** Entries in the folder. */
  readonly stored: number;
  readonly lost: number;
  /** Bytes in the folder, and how many of them in a second. */
  readonly bytes: number;
  readonly megabytesPerSecond: number;
  /** Largest share of the buffers between rings and disk that was in use, as seen four times a second. */
  readonly bufferShare: number;
  /** What the disk took by itself just before, in MB/s. */
  readonly diskMegabytesPerSecond: number;
  /** `void`: the producer did not keep to its rate, so that nothing follows from the try. */
  readonly verdict: "no loss" | "loss" | "void";
}

/** What the tries come to. */
export interface Sustained {
  readonly tries: readonly SustainedTry[];
  readonly rows: readonly BenchRow[];
}

/** Entries in a second that are aimed for, and the share of the disk's own rate that is enough where it is slow. */
const AIM_RATE = 5e6;
const DISK_SHARE = 0.8;
/** A producer that reaches less than this share of its rate was too slow. */
const KEPT_SHARE = 0.99;

/**
 * Tries rate after rate, until two in a row lose entries or are void. Everything is recorded in `folder` and removed again.
 *
 * @param producer Path of the program paced.c.
 * @throws {CaptureError} The producer failed.
 */
export async function findSustainedRate(
  producer: string,
  folder: string,
  settings: SustainedSettings,
  onTry: (attempt: SustainedTry) => void,
): Promise<Sustained> {
  const tries: SustainedTry[] = [];
  let failed = 0;
  for (const rate of settings.rates) {
    let verdict: SustainedTry["verdict"] = "void";
    for (let n = 0; n < settings.tries && verdict !== "no loss"; n++) {
      const attempt = await tryRate(producer, folder, rate, settings);
      verdict = attempt.verdict;
      tries.push(attempt);
      onTry(attempt);
    }
    failed = verdict === "no loss" ? 0 : failed + 1;
    if (failed === 2) break;
  }
  return { tries, rows: [diskRow(tries), sustainedRow(tries, settings.seconds)] };
}

async function tryRate(
  producer: string,
  folder: string,
  wanted: number,
  { seconds, diskBytes }: SustainedSettings,
): Promise<SustainedTry> {
  const diskMegabytesPerSecond = await measureDiskRate(folder, diskBytes);
  const report = join(folder, "report");
  let bytes = 0;
  let bufferShare = 0;
  const result = await record({
    dir: folder,
    name: "sustained",
    command: { program: producer, args: [report, String(wanted), String(seconds)], stdout: "stderr" },
    onStatus: (status) => {
      bytes = status.bytes;
      bufferShare = Math.max(bufferShare, status.poolBytes > 0 ? status.poolUsedBytes / status.poolBytes : 0);
    },
  });
  await Deno.remove(result.path, { recursive: true });
  if (result.commandStatus?.code !== 0) {
    throw new CaptureError(
      `try ${wanted} entries a second: the producer ended with ${result.commandStatus?.code}`,
    );
  }
  const [attempts = NaN, , taken = NaN] = (await Deno.readTextFile(report)).trim().split(" ").map(Number);
  await Deno.remove(report);
  const achieved = attempts / taken;
  const isWhole = result.lost === 0 && result.entries === attempts && result.balanced && result.complete;
  return {
    wanted,
    achieved,
    attempts,
    stored: result.entries,
    lost: result.lost,
    bytes,
    megabytesPerSecond: bytes / taken / 1e6,
    bufferShare,
    diskMegabytesPerSecond,
    verdict: achieved < wanted * KEPT_SHARE ? "void" : isWhole ? "no loss" : "loss",
  };
}

function diskRow(tries: readonly SustainedTry[]): BenchRow {
  return {
    name: "disk",
    group: "reference",
    about: "a new file written in pieces of 8 MiB and synced, in the captures' file system, before each try",
    unit: "MB/s",
    spread: spreadOf(tries.map((attempt) => attempt.diskMegabytesPerSecond)),
  };
}

function sustainedRow(tries: readonly SustainedTry[], seconds: number): BenchRow {
  const whole = tries.filter((attempt) => attempt.verdict === "no loss");
  const best = whole.reduce<SustainedTry | null>(
    (best, attempt) => best === null || attempt.wanted > best.wanted ? attempt : best,
    null,
  );
  const row: BenchRow = {
    name: "sustained",
    group: "capture",
    about: `highest rate without a loss: one thread of a process of its own, 64 bytes, bursts of 0.1 ms, ` +
      `${seconds} s, rings of the default size, to a capture folder`,
    unit: "M entries/s",
    spread: spreadOf(best === null ? [] : [best.achieved / 1e6]),
  };
  if (best === null) return { ...row, note: "no try was without loss" };
  const disk = spreadOf(tries.map((attempt) => attempt.diskMegabytesPerSecond));
  const byDisk = (disk?.median ?? Infinity) * 1e6 / (best.bytes / best.stored) * DISK_SHARE;
  const limit = Math.min(AIM_RATE, byDisk) / 1e6;
  const text = byDisk < AIM_RATE ? `at least ${DISK_SHARE * 100} % of what the disk takes` : "at least 5 M/s";
  return { ...row, aim: { text, limit, met: best.wanted / 1e6 >= limit * KEPT_SHARE } };
}
