/**
 * How soon an entry is seen by SQL in another process, and what a capture that is followed loses.
 * @module
 */
import { type BenchRow, withAim } from "./bench_row.ts";
import { type Followed, recordFollowed } from "./freshness/record_followed.ts";
import type { NamedSettings } from "./named_bench.ts";
import { spreadOf } from "./spread.ts";

const MIB = 2 ** 20;
/** A producer that reaches less than this share of its rate was too slow. */
const KEPT_SHARE = 0.99;
/** The store starts, and the machine's caches fill; entries of this time are no part of the figures. */
const WARM_UP_PART = 0.2;
const PART = 0.1;
const RING_BYTES = 64 * MIB;

const FRESHNESS = [{ rate: 1e5, seconds: 20, p99Ms: 60 }, { rate: 1e6, seconds: 20, p99Ms: 250 }];
const FOLLOWED = [{ rate: 3e6, seconds: 20 }, { rate: 1e6, seconds: 60 }];

/** From the stamp that the producer takes to the answer that shows it. */
export async function benchFreshness(
  { folder, producer, quick, onProgress }: NamedSettings,
): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { rate, seconds, p99Ms } of quick ? [{ rate: 1e4, seconds: 15, p99Ms: NaN }] : FRESHNESS) {
    const followed = await recordFollowed(
      folder,
      producer,
      { rate, seconds, ringBytes: RING_BYTES },
      onProgress,
    );
    const { agesMs, answers } = followed.follower;
    const warm = agesMs.slice(Math.floor(agesMs.length * WARM_UP_PART)).sort((a, b) => a - b);
    const at = (share: number) => warm[Math.max(0, Math.ceil(share * warm.length) - 1)] ?? NaN;
    for (const [name, figure] of [["p50", at(0.5)], ["p99", at(0.99)], ["max", at(1)]] as const) {
      const row: BenchRow = {
        name: `freshness_${rate / 1000}k_${name}`,
        group: "capture",
        about:
          `write to SQL answer in another process, ${name} of ${warm.length} entries in ${answers} answers, at ${
            rate / 1e6
          } M/s for ${seconds} s`,
        unit: "ms",
        spread: spreadOf(warm.length === 0 ? [] : [figure]),
        ...noteOf(followed, rate),
      };
      rows.push(name === "p99" && p99Ms > 0 ? withAim(row, `${p99Ms} ms`, "at most", p99Ms) : row);
    }
  }
  return rows;
}

/** What is lost, and whether memory grows, while somebody follows. */
export async function benchFollowed(
  { folder, producer, quick, onProgress }: NamedSettings,
): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { rate, seconds } of quick ? [{ rate: 1e4, seconds: 15 }] : FOLLOWED) {
    const followed = await recordFollowed(
      folder,
      producer,
      { rate, seconds, ringBytes: RING_BYTES },
      onProgress,
    );
    const { result, follower, memory } = followed;
    const row = (
      name: string,
      what: string,
      unit: BenchRow["unit"],
      samples: readonly number[],
    ): BenchRow => ({
      name: `followed_${rate / 1000}k_${name}`,
      group: "capture",
      about: `${what}; one program at ${rate / 1e6} M/s for ${seconds} s, rings of 64 MiB, followed by SQL`,
      unit,
      spread: spreadOf(samples),
      ...noteOf(followed, rate),
    });
    const parts = (bytes: readonly number[]) => {
      const tenth = Math.ceil(bytes.length * PART);
      // The first tenth after the start: before it, nothing is loaded yet.
      return [bytes.slice(tenth, 2 * tenth), bytes.slice(-tenth)].map((part) => part.map((one) => one / MIB));
    };
    const [first = [], last = []] = parts(memory), [firstSeen = [], lastSeen = []] = parts(follower.memory);
    rows.push(
      withAim(
        row("lost", `entries lost of ${result.attempts}`, "entries", [result.complete ? result.lost : NaN]),
        "0",
        "at most",
        0,
      ),
      row("stepped", "entries that the follower has not in its window at the end", "entries", [
        follower.skipped,
      ]),
      row("memory_first", "resident memory of the capture in the second tenth", "MiB", first),
      row("memory_last", "resident memory of the capture in the last tenth", "MiB", last),
      row("follower_first", "resident memory of the follower in the second tenth", "MiB", firstSeen),
      row("follower_last", "resident memory of the follower in the last tenth", "MiB", lastSeen),
    );
  }
  return rows;
}

function noteOf({ reached }: Followed, rate: number): { note?: string } {
  if (reached >= rate * KEPT_SHARE) return {};
  return { note: `void: the producer reached ${(reached / 1e6).toFixed(3)} M entries/s` };
}
