/**
 * A made-up driver with every kind of metric, as two sides of runs.
 * @module
 */
import type { MeasuredMetric, Metric, RunMeasure } from "../judge/types.ts";
import type { Random } from "../statistics/random.ts";
import { choosePlaces } from "./choose_places.ts";
import { type DrawnRun, QUANTILES } from "./pool.ts";

/** How the runs of a workload differ from each other, and the candidate from the base. */
export interface WorkloadOptions {
  runs: number;
  /** Standard deviation of the logarithm of what all durations of a run have in common. */
  runEffect: number;
  /** By what the slowest twentieth of one event's durations, and so its p99, is multiplied in the candidate. */
  tailShift: number;
  /** By what all counts of warnings are multiplied in the candidate. */
  warningShift: number;
  /** Of runs that something else disturbs, and how much slower they are in everything. */
  disturbed: { share: number; factor: number };
  /** Whether all durations of a run share one effect, in place of one for each event. */
  isShared: boolean;
  /** Of each run's effect, what the run that was recorded before it had: a machine that drifts. */
  runMemory: number;
  /** Whether base and candidate were recorded in turn, or the base first. */
  inTurn: boolean;
}

/** Clean and equal sides. */
export const CLEAN: Readonly<WorkloadOptions> = {
  runs: 5,
  runEffect: 0.01,
  tailShift: 1,
  warningShift: 1,
  disturbed: { share: 0, factor: 1 },
  isShared: false,
  runMemory: 0,
  inTurn: true,
};

const EVENTS = ["read", "write"];
/** Seconds of a run. */
const SECONDS = 10;

function metric(name: string, parts: Partial<Metric>): Metric {
  return {
    name,
    title: name,
    unit: "ns",
    kind: "value",
    better: "lower",
    smallestEffect: { relative: 0.05 },
    gate: true,
    dimensions: [],
    file: `${name}.sql`,
    ...parts,
  };
}

const DURATIONS = QUANTILES.map((quantile) =>
  metric(`duration_p${quantile * 100}`, {
    smallestEffect: { relative: quantile > 0.95 ? 0.07 : 0.05, absolute: 100 },
    kind: "quantile",
    quantile,
    dimensions: ["event"],
  })
);
const WARNINGS = metric("warning_rate", {
  kind: "rate",
  unit: "1/s",
  smallestEffect: { relative: 0.5, events: 5 },
});
const ERRORS = metric("error_rate", {
  kind: "rate",
  unit: "1/s",
  smallestEffect: { relative: 0.5, events: 5 },
});
const LOSS = metric("loss_ratio", { kind: "ratio", unit: "", smallestEffect: { absolute: 0.001 } });
const NEW_ERRORS = metric("new_error_templates", {
  kind: "count",
  unit: "",
  smallestEffect: { absolute: 0.5 },
});
const WRITE_COST = metric("write_cost", { smallestEffect: { relative: 0.1, absolute: 2 } });
const THROUGHPUT = metric("throughput", { unit: "1/s", better: "higher" });

/**
 * Both sides, measured; no run of the pool is in a comparison twice.
 *
 * @throws {RangeError} The pool has too few runs.
 */
export function drawWorkload(
  random: Random,
  pool: readonly DrawnRun[],
  options: WorkloadOptions,
): MeasuredMetric[] {
  const effects = runEffects(random, options);
  const disturbance = Array.from(
    { length: 2 * options.runs },
    () => random.uniform() < options.disturbed.share ? options.disturbed.factor : 1,
  );
  const chosen = choosePlaces(random, pool.length, EVENTS.length * 2 * options.runs).map((place) =>
    pool[place]!
  );
  const measured: MeasuredMetric[] = [];
  EVENTS.forEach((event, number) => {
    const drawn = chosen.slice(2 * options.runs * number, 2 * options.runs * (number + 1));
    DURATIONS.forEach((duration, place) => {
      measured.push(sides(duration, options.runs, (run) => {
        const { values, samples, entries } = drawn[run]!;
        const own = effects[options.isShared ? 0 : number]![run]! * disturbance[run]!;
        const isShifted = run >= options.runs && number === 0 && duration.quantile! > 0.95;
        const factor = own * (isShifted ? options.tailShift : 1);
        const value = values[place]! * factor;
        return { value, count: entries, samples: samples.map((sample) => sample * factor) };
      }, { event }));
    });
  });
  const counted = (of: Metric, expected: number, spread: number, shift: number) =>
    sides(of, options.runs, (run) => {
      const mean = expected * Math.exp(spread * random.normal() - spread ** 2 / 2);
      const count = poisson(random, mean * (run >= options.runs ? shift : 1));
      return { value: count / SECONDS, count, exposure: SECONDS * 1e9 };
    });
  measured.push(
    counted(WARNINGS, 200, 0.08, options.warningShift),
    counted(ERRORS, 0.1, 0, 1),
    sides(LOSS, options.runs, () => ({ value: 0, count: 0, trials: 100_000 })),
    sides(NEW_ERRORS, options.runs, () => ({ value: 0, count: 0 })),
    sides(WRITE_COST, options.runs, () => ({ value: 36 + Math.round(random.normal()), count: 50 })),
    sides(THROUGHPUT, options.runs, (run) => ({
      value: 5000 * Math.exp(options.runEffect * random.normal()) / disturbance[run]!,
      count: 50_000,
    })),
  );
  return measured;
}

/** One series of runs for each event; base first. */
function runEffects(random: Random, { runs, runEffect, runMemory, inTurn }: WorkloadOptions): number[][] {
  return EVENTS.map(() => {
    let effect = random.normal();
    const recorded = Array.from({ length: 2 * runs }, () => {
      const now = effect;
      effect = runMemory * effect + Math.sqrt(1 - runMemory ** 2) * random.normal();
      return Math.exp(runEffect * now);
    });
    if (!inTurn) return recorded;
    const every2nd = (from: number) => recorded.filter((_, place) => place % 2 === from);
    return [...every2nd(0), ...every2nd(1)];
  });
}

function sides(
  of: Metric,
  runs: number,
  measure: (run: number) => Pick<RunMeasure, "value" | "count" | "exposure" | "trials" | "samples">,
  dimension: Record<string, string> = {},
): MeasuredMetric {
  const all = Array.from({ length: 2 * runs }, (_, run): RunMeasure => {
    const found = measure(run);
    const value = found.value ?? NaN;
    return {
      run: run < runs ? `base-${run + 1}` : `candidate-${run - runs + 1}`,
      lowest: value,
      highest: value,
      ...found,
    };
  });
  return { metric: of, dimension, base: all.slice(0, runs), candidate: all.slice(runs) };
}

/** A Poisson count by its arrivals. */
function poisson(random: Random, expected: number): number {
  let events = -1;
  for (let time = 0; time < expected; events++) time -= Math.log(1 - random.uniform());
  return Math.max(0, events);
}
