/**
 * The tables of the calibration that are made of drawn runs.
 * @module
 */
import { NOT_IN_TURN } from "../judge/in_turn.ts";
import type { Comparability, Judgement } from "../judge/types.ts";
import { Random } from "../statistics/random.ts";
import type { Generator } from "./generators.ts";
import { drawLossy } from "./losses.ts";
import type { Page } from "./page.ts";
import { type DrawnRun, drawPool } from "./pool.ts";
import { seedOf } from "./seeds.ts";
import { oftenest, rateInWords, type Tally, tally } from "./trials.ts";
import { CLEAN, drawWorkload, type WorkloadOptions } from "./workload.ts";

/** Runs drawn of each generator, from which comparisons choose theirs and give each an effect of its own. */
export const POOL_RUNS = 100;

/** What `compare` says of captures that were not recorded in turn. */
const ONE_AFTER_THE_OTHER: Comparability = {
  differences: [{ what: NOT_IN_TURN, base: "first", candidate: "afterwards", severity: "warns" }],
};

/** Whether the shifted quantile came out regressed. */
function isTailFound({ metrics }: Judgement): boolean {
  return metrics.some(({ metric, dimension, verdict }) =>
    metric.name === "duration_p99" && dimension["event"] === "read" && verdict === "regressed"
  );
}

/** A workload, and whether the judge is not told of the order in which its runs were recorded. */
export type Conditions = Partial<WorkloadOptions> & { isOrderUnknown?: boolean };

/** Comparisons of one generator's runs. */
export function compareMany(
  pool: readonly DrawnRun[],
  trials: number,
  { isOrderUnknown = false, ...conditions }: Conditions,
  seed: number,
): Tally {
  const random = new Random(seed);
  const options = { ...CLEAN, ...conditions };
  return tally(
    trials,
    () => drawWorkload(random, pool, options),
    isTailFound,
    options.inTurn || isOrderUnknown ? { differences: [] } : ONE_AFTER_THE_OTHER,
  );
}

/** How many comparisons each column has. */
export interface GeneratorTrials {
  equal: number;
  shifted: number;
}

/** False alarms, doubts and power for each generator. */
export function generatorTable(
  page: Page,
  generators: Readonly<Record<string, Generator>>,
  trials: GeneratorTrials,
): void {
  const table = page.table(
    "durations",
    "equal: regressed",
    "equal: improved",
    "equal: inconclusive",
    "mostly for",
    "p99 +10 %: found",
  );
  let all = 0;
  let regressed = 0;
  let allShifted = 0;
  let found = 0;
  for (const [name, generator] of Object.entries(generators)) {
    const pool = drawPool(generator, POOL_RUNS, seedOf("pool", name));
    const equal = compareMany(pool, trials.equal, {}, seedOf("equal", name));
    const shifted = compareMany(pool, trials.shifted, { tailShift: 1.1 }, seedOf("shifted", name));
    all += trials.equal;
    regressed += equal.verdicts.regressed;
    allShifted += trials.shifted;
    found += shifted.found;
    table.row(name, ...ratesOf(equal), rateInWords(shifted.found, shifted.trials, "lower"));
  }
  table.row(
    "all",
    rateInWords(regressed, all, "upper"),
    "",
    "",
    `${all} and ${allShifted} comparisons`,
    rateInWords(found, allShifted, "lower"),
  );
}

function ratesOf({ verdicts, trials, doubts }: Tally): string[] {
  const { regressed, improved, inconclusive } = verdicts;
  return [
    ...[regressed, improved, inconclusive].map((cases) => rateInWords(cases, trials, "upper")),
    oftenest(doubts),
  ];
}

const DRIFT = { runMemory: 0.8, runEffect: 0.05 };

const HARDSHIPS: Readonly<Record<string, Conditions>> = {
  "runs differ by 2 %": { runEffect: 0.02 },
  "runs differ by 3 %": { runEffect: 0.03 },
  "runs differ by 10 %": { runEffect: 0.1 },
  "one effect for all durations of a run, 2 %": { runEffect: 0.02, isShared: true },
  "1 run in 20 is half as slow again": { disturbed: { share: 0.05, factor: 1.5 } },
  "1 run in 5 is half as slow again": { disturbed: { share: 0.2, factor: 1.5 } },
  "drift (memory 0.8) of 1 %, one side after the other": { ...DRIFT, runEffect: 0.01, inTurn: false },
  "drift (memory 0.8) of 2 %, one side after the other": { ...DRIFT, runEffect: 0.02, inTurn: false },
  "drift (memory 0.8) of 5 %, one side after the other": { ...DRIFT, inTurn: false },
  "the same, and the captures do not tell when": { ...DRIFT, inTurn: false, isOrderUnknown: true },
  "drift (memory 0.8) of 5 %, in turn": DRIFT,
  "10 runs a side, runs differ by 3 %": { runs: 10, runEffect: 0.03 },
};

/** Runs that differ more than clean ones do, in ways that the method knows nothing of. */
export function hardshipTable(page: Page, generator: Generator, trials: number): void {
  const pool = drawPool(generator, POOL_RUNS, seedOf("pool", "hardships"));
  const table = page.table("equal sides", "regressed", "improved", "inconclusive", "mostly for");
  for (const [name, conditions] of Object.entries(HARDSHIPS)) {
    table.row(name, ...ratesOf(compareMany(pool, trials, conditions, seedOf("hardship", name))));
  }
}

const SHIFTS = [1.03, 1.05, 1.07, 1.08, 1.1, 1.12, 1.15, 1.2];

const NOISES: Readonly<Record<string, Conditions>> = {
  "5 runs a side that differ by 0.5 %": { runEffect: 0.005 },
  "5 runs a side that differ by 1 %": { runEffect: 0.01 },
  "5 runs a side that differ by 2 %": { runEffect: 0.02 },
  "5 runs a side that differ by 3 %": { runEffect: 0.03 },
  "5 by 1 %, one side after the other": { runEffect: 0.01, inTurn: false },
  "5 by 2 %, one side after the other": { runEffect: 0.02, inTurn: false },
  "10 runs a side that differ by 3 %": { runEffect: 0.03, runs: 10 },
};

/** How often a shift of one event's p99 is found, by its size, the noise between runs and their number. */
export function powerTable(page: Page, generator: Generator, trials: number): void {
  const pool = drawPool(generator, POOL_RUNS, seedOf("pool", "power"));
  const percent = (shift: number) => `+${Math.round(shift * 100 - 100)} %`;
  const table = page.table("p99 of one event by", ...SHIFTS.map(percent));
  for (const [name, conditions] of Object.entries(NOISES)) {
    const cells = SHIFTS.map((tailShift) => {
      const { found } = compareMany(
        pool,
        trials,
        { ...conditions, tailShift },
        seedOf("power", name, tailShift),
      );
      return `${Math.round(found / trials * 100)} %`;
    });
    table.row(name, ...cells);
  }
}

/** A candidate that lost its slowest entries. */
export function lossTable(page: Page, trials: number): void {
  const table = page.table(
    "candidate",
    "lost, the slowest",
    "counted",
    "same",
    "improved",
    "regressed",
    "inconclusive",
  );
  for (
    const [shift, share, counted] of [
      [1, 0, true],
      [1, 0.001, true],
      [1, 0.02, true],
      [1.1, 0.001, true],
      [1.1, 0.02, true],
      [1.3, 0.02, true],
      [1.1, 0.02, false],
    ] as const
  ) {
    const random = new Random(seedOf("loss", shift, share, String(counted)));
    const { verdicts } = tally(trials, () => [drawLossy(random, shift, share, counted)]);
    const part = (count: number) => `${(count / trials * 100).toFixed(1)} %`;
    table.row(
      shift === 1 ? "equal" : `p99 +${Math.round(shift * 100 - 100)} %`,
      `${share * 100} %`,
      counted ? "yes" : "no",
      part(verdicts.same),
      part(verdicts.improved),
      part(verdicts.regressed),
      part(verdicts.inconclusive),
    );
  }
}
