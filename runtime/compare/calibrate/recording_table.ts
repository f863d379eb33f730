/**
 * Real recordings in the calibration.
 * @module
 */
import { median, medianAbsoluteDeviation } from "simple-statistics";
import { Random } from "../statistics/random.ts";
import type { Page } from "./page.ts";
import { type Recordings, repair, type RepairOptions } from "./recordings.ts";
import { seedOf } from "./seeds.ts";
import { oftenest, rateInWords, tally } from "./trials.ts";

/** Of a normal distribution, in median absolute deviations. */
const DEVIATIONS = 1.4826;

/** Recordings against recordings of the same program, and the same with a shift. */
export function recordingTable(
  page: Page,
  all: Readonly<Record<string, Recordings>>,
  comparisons: number,
): void {
  const table = page.table(
    "recordings",
    "chosen",
    "runs a side",
    "comparisons",
    "equal: regressed",
    "equal: improved",
    "equal: inconclusive",
    "mostly for",
    "p50 +10 %: found",
    "p99 +10 %: found",
  );
  for (const [name, recordings] of Object.entries(all)) {
    for (const [inTurn, runs, share] of [[true, 5, 1], [false, 5, 1], [true, 10, 16]] as const) {
      const trials = Math.ceil(comparisons / share);
      const few = Math.ceil(trials / 2);
      const row = [name, inTurn ? "in turn" : "any", runs];
      const random = new Random(seedOf("recordings", ...row));
      const { verdicts, doubts } = tally(trials, () => repair(recordings, random, { runs, inTurn }));
      table.row(
        ...row,
        trials,
        rateInWords(verdicts.regressed, trials, "upper"),
        rateInWords(verdicts.improved, trials, "upper"),
        rateInWords(verdicts.inconclusive, trials, "upper"),
        oftenest(doubts),
        ...SHIFTED.map((quantile) => {
          const found = findShift(recordings, few, quantile, { runs, inTurn });
          return found === null ? "" : rateInWords(found, few, "lower");
        }),
      );
    }
  }
}

/** Quantiles that are shifted, to be found. */
const SHIFTED = [0.5, 0.99];

/** In how many comparisons 10 % more of a quantile were found; null where none of that sort decides. */
function findShift(
  recordings: Recordings,
  trials: number,
  quantile: number,
  how: Pick<RepairOptions, "runs" | "inTurn">,
): number | null {
  const name = gatedQuantiles(recordings).find(({ metric }) => metric.quantile === quantile)?.metric.name;
  if (name === undefined) return null;
  const random = new Random(seedOf("recordings", "shifted", name, how.runs, String(how.inTurn)));
  return tally(
    trials,
    () => repair(recordings, random, { ...how, shift: { metric: name, factor: 1.1 } }),
    ({ metrics }) => metrics.some(({ metric, verdict }) => metric.name === name && verdict === "regressed"),
  ).found;
}

/** What was recorded, and by how much the runs differ in the quantiles that decide. */
export function describeRecordings(name: string, recordings: Recordings): string {
  const spreads = gatedQuantiles(recordings).map(({ metric, dimension, runs }) => {
    const values = runs.flatMap(({ value }) => value === null ? [] : [Math.log(value)]);
    const spread = DEVIATIONS * medianAbsoluteDeviation(values) * 100;
    const where = Object.values(dimension).join(", ");
    return { words: `${metric.name}${where === "" ? "" : ` (${where})`} ${spread.toFixed(1)} %`, spread };
  });
  const middle = spreads.length === 0 ? 0 : median(spreads.map(({ spread }) => spread));
  const told = spreads.length <= 6
    ? spreads.map(({ words }) => words).join(", ")
    : `${middle.toFixed(1)} % in the median of ${spreads.length} quantiles, at most ${
      spreads.reduce((most, one) => one.spread > most.spread ? one : most).words
    }`;
  return `\`${name}\`: ${
    recordings.metrics[0]?.runs.length
  } of ${recordings.what}; the runs differ by ${told}.`;
}

function gatedQuantiles({ metrics }: Recordings): Recordings["metrics"] {
  return metrics.filter(({ metric }) => metric.gate && metric.kind === "quantile");
}
