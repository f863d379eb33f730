/**
 * Metrics that count events.
 * @module
 */
import type { EventCount } from "../statistics/event_rates.ts";
import type { Metric, RunMeasure } from "./types.ts";

const NS_PER_SECOND = 1e9;

/** What a run counted and in what, so that events by exposure are its value; null for metrics that do not count. */
export function eventCountOf({ kind }: Metric, run: RunMeasure): EventCount | null {
  if (run.value === null) return null;
  if (kind === "rate" && run.exposure !== undefined && run.exposure > 0) {
    return { events: run.count, exposure: run.exposure / NS_PER_SECOND };
  }
  if (kind === "ratio" && run.trials !== undefined && run.trials > 0) {
    return { events: run.count, exposure: run.trials };
  }
  if (kind === "count") return { events: run.value, exposure: 1 };
  return null;
}

/** What a run counted its events in: seconds of a rate, trials of a ratio; null for what does not count. */
export function exposureOf(metric: Metric, run: RunMeasure): number | null {
  return eventCountOf(metric, run)?.exposure ?? null;
}

/** Below so many events in a run their own chance is worth counting; above, it is small beside the runs' differences. */
const FEW_EVENTS = 20;

/** Whether a run counted so few events. */
export function isFew(metric: Metric, run: RunMeasure): boolean {
  return (eventCountOf(metric, run)?.events ?? FEW_EVENTS) < FEW_EVENTS;
}

/**
 * The counts of the runs of both sides when they are few and vary, so that a rank says little: then they are taken as
 * over-dispersed Poisson counts. Null otherwise. Counts that are the same in every run of a side, as 0 errors are, do not vary.
 */
export function fewEvents(
  metric: Metric,
  sides: readonly (readonly RunMeasure[])[],
): EventCount[][] | null {
  const counts = sides.map((runs) => runs.map((run) => eventCountOf(metric, run)));
  if (counts.flat().some((count) => count === null)) return null;
  const known = counts as EventCount[][];
  const varies = known.some((side) => side.some(({ events }) => events !== side[0]?.events));
  return sides.flat().some((run) => isFew(metric, run)) && varies ? known : null;
}
