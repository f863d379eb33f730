/**
 * A comparison for GitHub Actions: annotations, which are lines of the step's output, and the summary of the step.
 *
 * @module
 */
import type { Comparison } from "../compare.ts";
import type { MetricVerdict, Verdict } from "../judge/types.ts";
import { formatChange, type InconclusivePolicy, nameOfVerdict } from "./describe.ts";
import { comparisonMarkdown } from "./markdown.ts";

/** GitHub shows no more of one kind for a step; the summary has them all. */
const ANNOTATIONS_MAX = 10;

/**
 * The lines, one for the verdict, and one for each metric that speaks against the candidate by itself.
 *
 * Source: docs.github.com, "Workflow commands for GitHub Actions"; % and line breaks are escaped in both parts, : and , in properties.
 */
export function githubAnnotations({ judgement }: Comparison, inconclusive: InconclusivePolicy): string {
  const { verdict, reason } = judgement;
  const gated = judgement.metrics.filter(({ gated }) => gated);
  const lines = gated
    .filter(({ verdict, obstacle }) =>
      verdict === "regressed" || verdict === "inconclusive" && obstacle !== "blocked"
    )
    .slice(0, ANNOTATIONS_MAX - 1)
    .map((judged) =>
      annotation(judged.verdict, inconclusive, `${judged.verdict}: ${nameOfVerdict(judged)}`, text(judged))
    );
  return [annotation(verdict, inconclusive, `ringscope compare: ${verdict}`, reason), ...lines].join("\n") +
    "\n";
}

/**
 * Appends the summary to the file that GitHub names.
 *
 * @param file Value of `GITHUB_STEP_SUMMARY`; without one there is nobody to read it.
 */
export async function addStepSummary(comparison: Comparison, file: string | undefined): Promise<void> {
  if (file === undefined || file === "") return;
  await Deno.writeTextFile(file, `${comparisonMarkdown(comparison)}\n`, { append: true });
}

function annotation(
  verdict: Verdict,
  inconclusive: InconclusivePolicy,
  title: string,
  message: string,
): string {
  const kind = verdict === "regressed" || verdict === "inconclusive" && inconclusive === "fail"
    ? "error"
    : verdict === "inconclusive"
    ? "warning"
    : "notice";
  return `::${kind} title=${escapeProperty(title)}::${escapeData(message)}`;
}

function text(judged: MetricVerdict): string {
  return `${judged.metric.title}: ${formatChange(judged)}. ${judged.reason}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
