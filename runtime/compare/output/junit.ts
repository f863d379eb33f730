/**
 * A comparison as a JUnit report: a test case for each metric that decides, which CI systems show by themselves.
 *
 * @module
 */
import type { Comparison } from "../compare.ts";
import type { MetricVerdict } from "../judge/types.ts";
import { formatChange, formatValue, type InconclusivePolicy, nameOfVerdict } from "./describe.ts";

/** The text of the file. What is inconclusive is a failure, or a skipped test where it may pass. */
export function comparisonJunit(
  { judgement, leftOut }: Comparison,
  inconclusive: InconclusivePolicy,
): string {
  const { differences } = judgement.comparability;
  const gated = judgement.metrics.filter(({ gated }) => gated);
  const cases = gated.map((judged) => caseOf(judged, inconclusive));
  // A verdict that no metric carries (nothing to judge, sides that may not be compared) would be a report without a failure.
  cases.push(caseOf({ ...overall(judgement.verdict, judgement.reason) }, inconclusive));
  const failures = cases.filter((text) => text.includes("<failure")).length;
  const skipped = cases.filter((text) => text.includes("<skipped")).length;
  const notes = [
    ...differences.map(({ what, base, candidate }) => `${what}: ${base} / ${candidate}`),
    ...leftOut.map(({ metric, reason }) => `left out: ${metric}: ${reason}`),
  ];
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="ringscope compare" ${counts}>`,
    `  <testsuite name="ringscope compare" ${counts} time="0">`,
    ...cases,
    ...(notes.length === 0 ? [] : [`    <system-out>${escapeXml(notes.join("\n"))}</system-out>`]),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

interface Case {
  readonly name: string;
  readonly group: string;
  readonly verdict: MetricVerdict["verdict"];
  readonly reason: string;
  readonly details: string;
}

function overall(verdict: Case["verdict"], reason: string): Case {
  return { name: "verdict", group: "compare", verdict, reason, details: "" };
}

function caseOf(judged: MetricVerdict | Case, inconclusive: InconclusivePolicy): string {
  const { name, group, verdict, reason, details } = "metric" in judged ? describe(judged) : judged;
  const head = `    <testcase name="${escapeXml(name)}" classname="${
    escapeXml(`ringscope.${group}`)
  }" time="0"`;
  const message = `message="${escapeXml(`${verdict}: ${reason}`)}"`;
  if (verdict === "regressed" || verdict === "inconclusive" && inconclusive === "fail") {
    return `${head}>\n      <failure type="${verdict}" ${message}>${
      escapeXml(details)
    }</failure>\n    </testcase>`;
  }
  if (verdict === "inconclusive") return `${head}>\n      <skipped ${message}/>\n    </testcase>`;
  return `${head}/>`;
}

function describe(judged: MetricVerdict): Case {
  const { metric, verdict, reason, centre } = judged;
  const details =
    `${metric.title}: ${formatValue(centre.base, metric)} before, ${
      formatValue(centre.candidate, metric)
    } now, ` +
    formatChange(judged);
  return { name: nameOfVerdict(judged), group: metric.name, verdict, reason, details };
}

const NAMED: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\r": "&#13;",
  "\t": "&#9;",
};

/** As text and in attributes; characters that XML 1.0 cannot hold at all are U+FFFD. */
export function escapeXml(text: string): string {
  return Array.from(
    text,
    (letter) => NAMED[letter] ?? (isXml(letter.codePointAt(0) ?? 0) ? letter : "\ufffd"),
  ).join("");
}

/** "Char" of XML 1.0, section 2.2. */
function isXml(code: number): boolean {
  return code >= 0x20 && code <= 0xd7ff || code >= 0xe000 && code <= 0xfffd || code >= 0x10000;
}
