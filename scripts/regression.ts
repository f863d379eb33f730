/**
 * Whether a driver got worse: what `ringscope compare` does, to be changed. The verdict by metric, the pages for CI, the exit status.
 *
 *     deno task run scripts/regression.ts CAPTURE… -- CAPTURE…
 *
 * Before `--` stand several runs of what was, behind it several of what is; as many a side as you can afford, five are good.
 * Exit status: 0 same or improved, 3 regressed, 4 inconclusive.
 *
 * @module
 */
import { compare, comparisonJunit, comparisonMarkdown, exitCodeOf, formatChange } from "@ringscope/ringscope";

const cut = Deno.args.indexOf("--");
const [base, candidate] = [Deno.args.slice(0, Math.max(cut, 0)), cut < 0 ? [] : Deno.args.slice(cut + 1)];
if (base.length === 0 || candidate.length === 0) {
  console.error("usage: regression.ts CAPTURE… -- CAPTURE…");
  Deno.exit(2);
}

/** What your team cannot wait for: runs that are inconclusive pass, or fail. */
const INCONCLUSIVE = "fail";
/** Durations of these events are looked at by everybody and stop nobody. */
const NOT_DECISIVE = new Set(["housekeeping"]);

const comparison = await compare({ base, candidate });
const { judgement } = comparison;

for (const judged of judgement.metrics) {
  const { metric, dimension, verdict, reason } = judged;
  const of = Object.values(dimension).join(", ");
  if (verdict === "same" || NOT_DECISIVE.has(of)) continue;
  const weight = judged.gated ? "" : " (for information)";
  console.log(
    `${verdict}${weight}: ${metric.title}${of === "" ? "" : ` of ${of}`} ${formatChange(judged)}: ${reason}`,
  );
}
for (const { what, base, candidate } of judgement.comparability.differences) {
  console.log(`differs: ${what}: ${base} / ${candidate}`);
}

/** The verdict of this script: that of the judge, without what does not decide here. */
const decisive = judgement.metrics.filter(({ gated, dimension }) =>
  gated && !Object.values(dimension).some((value) => NOT_DECISIVE.has(value))
);
const isBlocked = judgement.comparability.differences.some(({ severity }) => severity === "blocks");
const verdict = isBlocked || decisive.length === 0
  ? "inconclusive"
  : (["regressed", "inconclusive", "improved"] as const).find((one) =>
    decisive.some(({ verdict }) => verdict === one)
  ) ??
    "same";

const folder = Deno.env.get("REPORT_DIR");
if (folder !== undefined) {
  await Deno.writeTextFile(`${folder}/regression.xml`, comparisonJunit(comparison, INCONCLUSIVE));
  await Deno.writeTextFile(`${folder}/regression.md`, comparisonMarkdown(comparison));
}
console.log(`${verdict}, ${base.length} runs against ${candidate.length}`);
Deno.exit(exitCodeOf(verdict, INCONCLUSIVE));
