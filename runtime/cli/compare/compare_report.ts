import { bold, green, red, yellow } from "@std/fmt";
import type { Comparison } from "../../compare/compare.ts";
import type { MetricVerdict, Verdict } from "../../compare/judge/types.ts";
import { describeLeftOut, formatChange, formatValue, nameOfVerdict } from "../../compare/output/describe.ts";
import { printable } from "../format_value.ts";
import { renderTable, type TableColumn } from "../table.ts";

const PAINT: Readonly<Record<Verdict, (text: string) => string>> = {
  regressed: red,
  inconclusive: yellow,
  improved: green,
  same: green,
};

const COLUMNS: readonly TableColumn[] = [
  { title: "verdict" },
  { title: "metric" },
  { title: "before", align: "right" },
  { title: "now", align: "right" },
  { title: "change", align: "right" },
];

/** What `compare` prints for people: the verdict, what it rests on and why, and what there is to know besides. */
export function compareReport(comparison: Comparison, options: { width: number | undefined }): string {
  const { judgement: { verdict, reason, metrics, comparability }, leftOut } = comparison;
  const gated = metrics.filter(({ gated }) => gated);
  const others = metrics.filter(({ gated }) => !gated);
  const table = (judged: readonly MetricVerdict[]) => renderTable(COLUMNS, judged.map(rowOf), options);
  return [
    `${PAINT[verdict](bold(verdict))}: ${printable(reason)}`,
    sidesLine(comparison),
    "",
    ...(gated.length === 0 ? [] : [table(gated), ""]),
    ...withBreak(doubtsOf(gated)),
    ...(others.length === 0 ? [] : ["For information, without a say in the verdict:", "", table(others), ""]),
    ...comparability.differences.map(({ what, base, candidate, severity }) => {
      const head = severity === "blocks" ? red("differs:") : yellow("differs:");
      return `${head} ${printable(`${what}: before ${base}, now ${candidate}`)}`;
    }),
    ...leftOut.map((one) => `left out: ${printable(describeLeftOut(one))}`),
  ].join("\n").trimEnd() + "\n";
}

/** Why there is no verdict on a metric, which its row does not say; nothing of what the first line has said of all. */
function doubtsOf(metrics: readonly MetricVerdict[]): string[] {
  return metrics.filter(({ verdict, obstacle }) => verdict === "inconclusive" && obstacle !== "blocked")
    .map((judged) => printable(`${nameOfVerdict(judged)}: ${judged.reason}`));
}

function withBreak(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [...lines, ""];
}

function sidesLine({ base, candidate }: Comparison): string {
  const runs = (count: number) => `${count} run${count === 1 ? "" : "s"}`;
  const before = base.baseline === null
    ? runs(base.runs.length)
    : `the baseline ${base.baseline}, ${runs(base.runs.length)}`;
  return `${before} against ${runs(candidate.runs.length)}`;
}

function rowOf(judged: MetricVerdict): string[] {
  const { verdict, metric, centre } = judged;
  return [
    PAINT[verdict](verdict),
    printable(nameOfVerdict(judged)),
    formatValue(centre.base, metric),
    formatValue(centre.candidate, metric),
    formatChange(judged),
  ];
}
