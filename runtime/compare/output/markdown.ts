/**
 * A comparison as Markdown, for pull requests and the summary of a CI step.
 *
 * @module
 */
import type { Comparison } from "../compare.ts";
import type { MetricVerdict, Verdict } from "../judge/types.ts";
import { describeLeftOut, formatChange, formatValue, nameOfVerdict } from "./describe.ts";

/** Signs that are told apart without colours. */
const SIGNS: Readonly<Record<Verdict, string>> = {
  regressed: "❌",
  inconclusive: "❔",
  improved: "✅",
  same: "✔️",
};

/** The page. */
export function comparisonMarkdown({ judgement, leftOut, base, candidate }: Comparison): string {
  const { metrics, comparability: { differences } } = judgement;
  const gated = metrics.filter(({ gated }) => gated);
  const others = metrics.filter(({ gated }) => !gated);
  const runs = (count: number) => `${count} run${count === 1 ? "" : "s"}`;
  const before = base.baseline === null
    ? runs(base.runs.length)
    : `baseline ${base.baseline} (${runs(base.runs.length)})`;
  return [
    `## ${SIGNS[judgement.verdict]} ${judgement.verdict}: ${escapeMarkdown(judgement.reason)}`,
    `${escapeMarkdown(before)} against ${runs(candidate.runs.length)}`,
    gated.length === 0 ? "No metric decides." : table(gated),
    ...(differences.length === 0 ? [] : [`### The sides differ\n\n${differenceTable(differences)}`]),
    ...(others.length === 0 ? [] : [details("For information", table(others))]),
    ...(leftOut.length === 0
      ? []
      : [details("Left out", leftOut.map((one) => `- ${escapeMarkdown(describeLeftOut(one))}`).join("\n"))]),
  ].join("\n\n") + "\n";
}

function table(metrics: readonly MetricVerdict[]): string {
  const rows = metrics.map((judged) => {
    const { verdict, metric, centre, reason } = judged;
    return [
      `${SIGNS[verdict]} ${verdict}`,
      nameOfVerdict(judged),
      formatValue(centre.base, metric),
      formatValue(centre.candidate, metric),
      formatChange(judged),
      reason,
    ];
  });
  return render(["verdict", "metric", "before", "now", "change", "why"], ["", "", "r", "r", "r", ""], rows);
}

function differenceTable(differences: Comparison["judgement"]["comparability"]["differences"]): string {
  const rows = differences.map(({ what, base, candidate, severity }) => [
    what,
    base,
    candidate,
    severity === "blocks" ? "no verdict is possible" : "to be known",
  ]);
  return render(["what", "before", "now", ""], ["", "", "", ""], rows);
}

function render(
  titles: readonly string[],
  aligned: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(titles),
    line(aligned.map((one) => one === "r" ? "---:" : "---")),
    ...rows.map((cells) => line(cells.map(escapeMarkdown))),
  ].join("\n");
}

function details(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;
}

/** Names of events and messages are text of the program that was recorded: shown as it is, in one line. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, " ")
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd")
    .replace(/[\\`*_[\]|~#@$]/g, (found) => `\\${found}`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
