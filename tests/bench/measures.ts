/**
 * What the workers measure, and the rounds in which they do.
 * @module
 */
import { type BenchRow, findRow, withAim } from "./bench_row.ts";
import { spreadOf } from "./spread.ts";

/** One thing to measure in every round. */
export interface Measure {
  readonly name: string;
  readonly group: "reference" | "write" | "drain";
  readonly about: string;
  readonly unit: BenchRow["unit"];
  /** Measures once: the figure and, for writes, how many of them were refused. */
  readonly measure: () => Promise<readonly number[]>;
}

/** Nanoseconds that a write may take beyond reading the clock. */
const WRITE_NS = 5;
/** Nanoseconds that a write may take while another processor writes too. */
const TWO_WRITERS_NS = 40;
/** How much more a write may take while a reader drains. */
const DRAINED_RATIO = 1.3;
/** Million entries in a second. */
const DRAIN_RATE = 50;

/**
 * Measures everything once in each round, each round beginning with another one, so that what disturbs the machine for a while
 * disturbs all alike. The first round is thrown away.
 *
 * @param onRound Called after each round.
 */
export async function runRounds(
  measures: readonly Measure[],
  rounds: number,
  onRound: (round: number) => void,
): Promise<BenchRow[]> {
  const samples = new Map<string, number[]>(measures.map(({ name }) => [name, []]));
  const disturbed = new Map<string, number>();
  for (let round = 0; round <= rounds; round++) {
    for (let at = 0; at < measures.length; at++) {
      const measure = measures[(at + round) % measures.length];
      if (measure === undefined) continue;
      const [figure = NaN, refused = 0] = await measure.measure();
      if (round === 0) continue;
      // A refused write is none, and cheap: the time of a burst with such is not that of writes.
      if (refused > 0) disturbed.set(measure.name, (disturbed.get(measure.name) ?? 0) + 1);
      else samples.get(measure.name)?.push(figure);
    }
    onRound(round);
  }
  return measures.map(({ name, group, about, unit }) => {
    const count = disturbed.get(name);
    const note = count === undefined ? {} : { note: `${count} more void: entries were refused` };
    return { name, group, about, unit, spread: spreadOf(samples.get(name) ?? []), ...note };
  });
}

/** Holds the rows against what is aimed for, with references from the same rows. */
export function applyAims(rows: readonly BenchRow[]): BenchRow[] {
  const clock = findRow(rows, "clock").spread?.median;
  const send = findRow(rows, "send_64").spread?.median;
  const paced = findRow(rows, "send_64_paced").spread?.median;
  const times = (ns: number | undefined) => ns === undefined ? undefined : ns * DRAINED_RATIO;
  return rows.map((row) => {
    switch (row.name) {
      case "send_64":
        return withAim(
          row,
          `clock + ${WRITE_NS} ns`,
          "at most",
          clock === undefined ? undefined : clock + WRITE_NS,
        );
      case "send_64_two":
        return withAim(row, `${TWO_WRITERS_NS} ns`, "at most", TWO_WRITERS_NS);
      case "send_64_drained":
        return withAim(row, `${DRAINED_RATIO} x send_64`, "at most", times(send));
      case "send_64_paced_drained":
        return withAim(row, `${DRAINED_RATIO} x send_64_paced`, "at most", times(paced));
      default:
        return row.group === "drain" && row.name.startsWith("drain_")
          ? withAim(row, `${DRAIN_RATE} M/s`, "at least", DRAIN_RATE)
          : row;
    }
  });
}
