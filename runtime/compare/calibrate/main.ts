/**
 * `deno task calibrate`: measures how often the judge is wrong, and writes `runtime/compare/CALIBRATION.md`.
 *
 *     deno task calibrate [COMPARISONS]        default: 300 for each generator
 *
 * Everything comes from fixed seeds: the same number of comparisons writes the same page. One thread; the default takes six minutes of
 * processor time.
 * @module
 */
import { fromFileUrl } from "@std/path";
import { JUDGE_DEFAULTS } from "../judge/settings.ts";
import { GENERATORS, UNSEEN } from "./generators.ts";
import { Page } from "./page.ts";
import { readRecordings } from "./read_recordings.ts";
import { describeRecordings, recordingTable } from "./recording_table.ts";
import { generatorTable, hardshipTable, lossTable, POOL_RUNS, powerTable } from "./tables.ts";

const OUTPUT = fromFileUrl(new URL("../CALIBRATION.md", import.meta.url));
const DEFAULT_COMPARISONS = 300;

/** Makes the page. */
async function calibrate(page: Page, comparisons: number): Promise<void> {
  const { falseAlarm, confidence, seed } = JUDGE_DEFAULTS;
  const part = (share: number) => Math.ceil(comparisons * share);
  const typical = GENERATORS["log-normal, independent"]!;
  page.heading(1, "How often the judge is wrong");
  page.paragraph(
    `Written by \`deno task calibrate ${comparisons}\`, in one run: ${
      falseAlarm * 100
    } % of false alarms allowed over all gated
    metrics together, ends of intervals at ${
      confidence * 100
    } %, seed of the judge ${seed}. Behind each rate stands its
    Clopper–Pearson bound (95 %, one-sided). What the method guarantees and what it cannot is told in [README.md](README.md).`,
  );
  page.paragraph(
    `Every row is drawn from seeds of its own. Drawing 100,000 entries takes longer than judging them, so comparisons choose their runs
    from ${POOL_RUNS} that were drawn before, none twice in one comparison, and give each an effect of its own. Each row of the two tables of
    durations has its own ${POOL_RUNS} runs, for both of its columns; the rows of each later table share ${POOL_RUNS}. The bounds hold
    for comparisons from these runs: what their own entries happen to be is drawn ${POOL_RUNS} times, and not anew for each comparison.`,
  );
  page.heading(2, "Durations of many kinds");
  page.paragraph(
    `Twelve gated metrics of every kind, 5 runs a side of 100,000 entries, the runs differing by 1 % beside their own noise;
    ${comparisons} comparisons of equal sides and ${
      part(1 / 2)
    } with a shift, which is in the slowest twentieth of one of two events. The
    smallest effect is 7 % for p99 and 5 % for p50 and p90.`,
  );
  generatorTable(page, GENERATORS, { equal: comparisons, shifted: part(1 / 2) });
  page.heading(2, "Durations that the method was not tried on while it was made");
  page.paragraph(`${part(1 / 2)} comparisons of equal sides and as many with a shift.`);
  generatorTable(page, UNSEEN, { equal: part(1 / 2), shifted: part(1 / 2) });
  page.heading(2, "Runs that differ more than clean ones");
  page.paragraph(`Log-normal durations, equal sides, ${part(1 / 2)} comparisons.`);
  hardshipTable(page, typical, part(1 / 2));
  page.heading(2, "Power");
  page.paragraph(
    `How often the shift of one event's p99 comes out as regressed; log-normal durations, ${
      part(1 / 8)
    } comparisons for each
    number. Where the judge is told that one side was recorded after the other, it asks more of a shift; these runs do not drift.`,
  );
  powerTable(page, typical, part(1 / 8));
  page.heading(2, "Lost entries");
  page.paragraph(
    `5 runs a side, ${comparisons} comparisons; each run of the candidate lost its slowest entries, which looks like an improvement.`,
  );
  lossTable(page, comparisons);
  const recordings = await readRecordings();
  page.heading(2, "Real recordings");
  page.paragraph(
    "Chosen anew for each comparison, the sides equal: neighbours in time, of each two one for either side, as in turn, or any. Then with " +
      "the p50 or the p99 of the candidate multiplied by 1.1, in half as many. How much runs differ is told from the median of absolute deviations.",
  );
  for (const [name, recorded] of Object.entries(recordings)) {
    page.paragraph(describeRecordings(name, recorded));
  }
  recordingTable(page, recordings, 4 * comparisons);
}

const comparisons = Number(Deno.args[0] ?? DEFAULT_COMPARISONS);
if (!Number.isInteger(comparisons) || comparisons < 20) {
  console.error(
    `calibrate: the number of comparisons has to be whole and at least 20, not ${Deno.args[0]}`,
  );
  Deno.exit(2);
}
const page = new Page((line) => console.log(line));
await calibrate(page, comparisons);
await Deno.writeTextFile(OUTPUT, page.toString());
