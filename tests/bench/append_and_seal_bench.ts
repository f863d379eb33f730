/**
 * A capture that appends and seals at the same time for minutes: what it loses, how far sealing is behind, and whether its memory grows.
 * @module
 */
import { record } from "../../runtime/capture/record.ts";
import type { RecordStatus } from "../../runtime/capture/record_types.ts";
import { CaptureError } from "../../runtime/errors.ts";
import { type BenchRow, withAim } from "./bench_row.ts";
import type { NamedSettings } from "./named_bench.ts";
import { spreadOf } from "./spread.ts";
import { join } from "@std/path";

const SECONDS = 300, QUICK_SECONDS = 3;
const RATE = 1e6, QUICK_RATE = 1e5;
/** A producer that reaches less than this share of its rate was too slow. */
const KEPT_SHARE = 0.99;
/** Memory of the capture's first tenth is held against that of its last tenth. */
const PART = 0.1;
const MIB = 2 ** 20;

interface Look {
  readonly memory: number;
  /** Entries that are stored and not sealed. */
  readonly behind: number;
}

/** Records a program that logs texts, in this process, and watches it. */
export async function benchAppendAndSeal(settings: NamedSettings): Promise<BenchRow[]> {
  const { folder, producer, quick, onProgress } = settings;
  const rate = quick ? QUICK_RATE : RATE;
  const seconds = settings.seconds ?? (quick ? QUICK_SECONDS : SECONDS);
  const report = join(folder, "report");
  const looks: Look[] = [];
  const startedMs = performance.now();
  let endedMs = startedMs;
  const onStatus = (status: RecordStatus) => {
    onProgress(
      `${status.phase}: ${
        status.seconds.toFixed(0)
      } of ${seconds} s, ${status.stored} stored, ${status.sealed} sealed, ` +
        `${status.lost} lost`,
    );
    if (status.phase !== "recording") return;
    endedMs = performance.now();
    looks.push({ memory: Deno.memoryUsage().rss / MIB, behind: (status.stored - status.sealed) / 1e6 });
  };
  const result = await record({
    dir: folder,
    name: "append-and-seal",
    format: "parquet",
    command: { program: producer, args: [report, String(rate), String(seconds), "text"], stdout: "stderr" },
    onStatus,
  });
  const sealingSeconds = (performance.now() - endedMs) / 1e3;
  if (result.commandStatus?.code !== 0) {
    throw new CaptureError(
      `record ${producer} at ${rate} entries a second: it ended with ${result.commandStatus?.code}`,
    );
  }
  const [attempts = NaN, , taken = NaN] = (await Deno.readTextFile(report)).trim().split(" ").map(Number);
  const isKept = attempts / taken >= rate * KEPT_SHARE;
  const note = isKept
    ? {}
    : { note: `void: the producer reached ${(attempts / taken / 1e6).toFixed(3)} M entries/s` };
  const about = (what: string) =>
    `${what}; one program that logs texts at ${rate / 1e6} M/s for ${seconds} s`;
  const row = (name: string, what: string, unit: BenchRow["unit"], samples: readonly number[]): BenchRow => ({
    name: `append_and_seal_${name}`,
    group: "capture",
    about: about(what),
    unit,
    spread: spreadOf(samples),
    ...note,
  });
  const tenth = Math.ceil(looks.length * PART);
  const memory = looks.map((look) => look.memory);
  return [
    withAim(
      row("lost", `entries lost of ${attempts}`, "entries", [result.lost + (result.complete ? 0 : NaN)]),
      "0",
      "at most",
      0,
    ),
    row(
      "behind",
      "entries stored and not yet sealed, four times a second",
      "M entries",
      looks.map((look) => look.behind),
    ),
    row("rest", "sealing what was left when the program had ended", "s", [sealingSeconds]),
    row("memory_first", "resident memory of the capture in the first tenth", "MiB", memory.slice(0, tenth)),
    row("memory_last", "resident memory of the capture in the last tenth", "MiB", memory.slice(-tenth)),
  ];
}
