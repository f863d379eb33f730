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
  /** Why it cannot be measured here; nobody is asked then. */
  readonly missing?: string;
  /** Measures once: the figure and, for writes, how many of them were refused. */
  readonly measure: () => Promise<readonly number[]>;
}

/** Nanoseconds that a write may take beyond reading the clock. */
const WRITE_NS = 3;
/** Nanoseconds that a write may take in index order while another processor writes too. */
const TWO_WRITERS_NS = 35;
/** How much more a write may take in clock order while another processor writes too: what the noise of a run needs. */
const TWO_CLOCK_WRITERS_RATIO = 1.1;
/** Nanoseconds that five numbers may take beyond reading the clock. */
const EVENT_NS = 2;
/** Nanoseconds that they may take in index order while another processor writes too. */
const TWO_EVENTS_NS = 40;
/** How many times as much rs_log of the same takes. */
const LOG_EVENT_RATIO = 10;
/** Nanoseconds that a call may take whose site is switched off. */
const EVENT_OFF_NS = 1;
/** How much more a write may take while a reader drains. */
const DRAINED_RATIO = 1.3;
/** Million entries in a second. */
const DRAIN_RATE = 50;
/** Million messages in a second. */
const FORMAT_RATE = 10;

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
      if (measure === undefined || measure.missing !== undefined) continue;
      const [figure = NaN, refused = 0] = await measure.measure();
      if (round === 0) continue;
      // A refused write is none, and cheap: the time of a burst with such is not that of writes.
      if (refused > 0) disturbed.set(measure.name, (disturbed.get(measure.name) ?? 0) + 1);
      else samples.get(measure.name)?.push(figure);
    }
    onRound(round);
  }
  return measures.map(({ name, group, about, unit, missing }) => {
    const count = disturbed.get(name);
    const text = missing ?? (count === undefined ? undefined : `${count} more void: entries were refused`);
    const note = text === undefined ? {} : { note: text };
    return { name, group, about, unit, spread: spreadOf(samples.get(name) ?? []), ...note };
  });
}

/** Holds the rows against what is aimed for, with references from the same rows. */
export function applyAims(rows: readonly BenchRow[]): BenchRow[] {
  const median = (name: string) => findRow(rows, name).spread?.median;
  const clock = median("clock");
  const oneWriter = clock === undefined ? undefined : clock + WRITE_NS;
  const timesRow = (row: BenchRow, ratio: number, name: string) => {
    const ns = median(name);
    return withAim(row, `${ratio} x ${name}`, "at most", ns === undefined ? undefined : ns * ratio);
  };
  return rows.map((row) => {
    switch (row.name) {
      case "send_64":
      case "send_64_clock":
        return withAim(row, `clock + ${WRITE_NS} ns`, "at most", oneWriter);
      case "send_64_two":
        return withAim(row, `${TWO_WRITERS_NS} ns`, "at most", TWO_WRITERS_NS);
      case "send_64_clock_two":
        return timesRow(row, TWO_CLOCK_WRITERS_RATIO, "send_64_clock");
      case "event_five":
      case "event_five_clock":
      case "event_five_clock_two":
        return withAim(
          row,
          `clock + ${EVENT_NS} ns`,
          "at most",
          clock === undefined ? undefined : clock + EVENT_NS,
        );
      case "event_five_two":
        return withAim(row, `${TWO_EVENTS_NS} ns`, "at most", TWO_EVENTS_NS);
      case "log_five": {
        const event = median("event_five");
        const limit = event === undefined ? undefined : event * LOG_EVENT_RATIO;
        return withAim(row, `${LOG_EVENT_RATIO} x event_five`, "at least", limit);
      }
      case "event_off":
        return withAim(row, `${EVENT_OFF_NS} ns`, "at most", EVENT_OFF_NS);
      case "send_64_drained":
        return timesRow(row, DRAINED_RATIO, "send_64");
      case "send_64_clock_drained":
        return timesRow(row, DRAINED_RATIO, "send_64_clock");
      case "send_64_paced_drained":
        return timesRow(row, DRAINED_RATIO, "send_64_paced");
      case "events_format":
        return withAim(row, `${FORMAT_RATE} M/s`, "at least", FORMAT_RATE);
      default:
        return row.group === "drain" && row.name.startsWith("drain_")
          ? withAim(row, `${DRAIN_RATE} M/s`, "at least", DRAIN_RATE)
          : row;
    }
  });
}
