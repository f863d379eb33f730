/**
 * How fast closed segments become Parquet, and how large that is.
 * @module
 */
import process from "node:process";
import { join } from "@std/path";
import { sealSegment } from "../../runtime/seal/seal_segment.ts";
import { segmentPath } from "../../runtime/seal/segment_paths.ts";
import { readCaptureInfo } from "../../runtime/store/folder.ts";
import { type BenchRow, withAim } from "./bench_row.ts";
import { makeHistory } from "./history/make_history.ts";
import type { NamedSettings } from "./named_bench.ts";
import { spreadOf } from "./spread.ts";

const ENTRIES = 2_000_000, QUICK_ENTRIES = 100_000;
const ROUNDS = 10, QUICK_ROUNDS = 2;
/** All entries are one segment: what is measured is a segment, not its folder. */
const SEGMENT_BYTES = 2 ** 40;
const RATE = 200_000, SEED = 4;
const AIM_RATE = 1;
const AIM_BYTES = 40;

/** Seals the same segment again and again. */
export async function benchSeal(settings: NamedSettings): Promise<BenchRow[]> {
  const { folder, quick, onProgress } = settings;
  const entries = settings.entries ?? (quick ? QUICK_ENTRIES : ENTRIES);
  const rounds = quick ? QUICK_ROUNDS : ROUNDS;
  const open = join(folder, "open"), sealed = join(folder, "sealed");
  onProgress(`making ${entries} entries`);
  await makeHistory(open, { entries, rate: RATE, seed: SEED, segmentBytes: SEGMENT_BYTES, sealed: false });
  const processor: number[] = [], clock: number[] = [];
  let bytes = 0;
  // The first round is thrown away: it compiles.
  for (let round = 0; round <= rounds; round++) {
    onProgress(`sealing, round ${round} of ${rounds}`);
    await copySegment(open, sealed);
    const info = await readCaptureInfo(sealed);
    const used = process.cpuUsage(), startedMs = performance.now();
    await sealSegment(sealed, info, 1);
    const ms = performance.now() - startedMs;
    const { user, system } = process.cpuUsage(used);
    bytes = (await Deno.stat(segmentPath(sealed, "logs", 1, "parquet"))).size;
    await Deno.remove(sealed, { recursive: true });
    if (round === 0) continue;
    processor.push(entries / (user + system));
    clock.push(entries / ms / 1e3);
  }
  return [
    withAim(
      {
        name: "seal",
        group: "history",
        about:
          `a segment of ${entries} texts of drivers to Parquet, in a second of processor time, all threads together`,
        unit: "M entries/s",
        spread: spreadOf(processor),
      },
      "1 M/s",
      "at least",
      AIM_RATE,
    ),
    {
      name: "seal_elapsed",
      group: "history",
      about: "the same in a second of the clock, waiting for the disk included",
      unit: "M entries/s",
      spread: spreadOf(clock),
    },
    withAim(
      {
        name: "sealed_bytes",
        group: "history",
        about: "what an entry takes in Parquet, its text included",
        unit: "B",
        spread: spreadOf([bytes / entries]),
      },
      "40 B",
      "at most",
      AIM_BYTES,
    ),
  ];
}

/** Sealing removes the open form: a link to it is what it gets. */
async function copySegment(from: string, to: string): Promise<void> {
  await Deno.mkdir(join(to, "logs"), { recursive: true });
  await Deno.mkdir(join(to, "gaps"));
  await Deno.link(segmentPath(from, "logs", 1, "arrows"), segmentPath(to, "logs", 1, "arrows"));
  await Deno.copyFile(segmentPath(from, "logs", 1, "meta.json"), segmentPath(to, "logs", 1, "meta.json"));
  await Deno.copyFile(join(from, "capture.json"), join(to, "capture.json"));
}
