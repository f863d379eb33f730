/**
 * A comparison as one HTML file: the verdict first, then every metric with its interval, the runs, and how they were recorded.
 *
 * @module
 */
import type { Judgement } from "../../compare/judge/types.ts";
import { html } from "../html/markup.ts";
import { page, type Section } from "../html/page.ts";
import { shownText } from "../html/shown_text.ts";
import { captureSection, runValuesSection } from "./runs_section.ts";
import type { ShownLeftOut, ShownSide, ShownSides } from "./shown_comparison.ts";
import { metricsSections, verdictSection } from "./verdict_section.ts";

/**
 * Renders a judgement.
 *
 * @param sides The runs of both sides; a `Comparison` is one.
 * @param leftOut What could not be judged at all.
 */
export async function renderComparison(
  judgement: Judgement,
  sides: ShownSides,
  leftOut: readonly ShownLeftOut[] = [],
): Promise<string> {
  const sections = [
    verdictSection(judgement),
    ...metricsSections(judgement),
    runValuesSection(judgement),
    captureSection(judgement, sides),
    leftOutSection(leftOut),
    methodSection(judgement),
  ];
  return await page({
    title: `${sideText(sides.base)} → ${sideText(sides.candidate)}`,
    subtitle: `Comparison of ${runsText(sides.base)} with ${runsText(sides.candidate)}`,
    sections: sections.filter((section) => section !== null),
  });
}

function sideText({ baseline, runs }: ShownSide): string {
  if (baseline !== null) return shownText(baseline, 80);
  const [first] = runs;
  if (first === undefined) return "nothing";
  const more = runs.length - 1;
  return `${shownText(first.run, 80)}${more > 0 ? ` and ${more} more` : ""}`;
}

function runsText({ runs }: ShownSide): string {
  return runs.length === 1 ? "one run" : `${runs.length} runs`;
}

function leftOutSection(leftOut: readonly ShownLeftOut[]): Section | null {
  if (leftOut.length === 0) return null;
  return {
    id: "left-out",
    title: "Left out",
    content: html`
      <div class="panel">
        <ul>${leftOut.map(({ metric, dimension, reason }) => {
          const parts = Object.entries(dimension ?? {}).map(([name, value]) =>
            `${name} ${shownText(value, 60)}`
          );
          return html`<li><b>${shownText([metric, ...parts].join(", "), 160)}</b>: ${
            shownText(reason, 400)
          }</li>`;
        })}</ul>
      </div>
    `,
  };
}

function methodSection({ settings }: Judgement): Section {
  const { falseAlarm, confidence, permutations, resamples, seed } = settings;
  return {
    id: "method",
    title: "Method",
    content: html`
      <p
        class="lead">Runs are compared with runs, by permutation of what they measured; within a run, blocks of neighbours are resampled. "The same" is said only where an interval lies within what does not matter. All metrics together raise a false alarm in at most ${Number(
          (100 * falseAlarm).toPrecision(3),
        )} % of comparisons of equal sides.</p>
      <dl class="facts panel">
        <dt>confidence</dt>
        <dd>${Number((100 * confidence).toPrecision(4))} % of each end</dd>
        <dt>permutations</dt>
        <dd>at most ${permutations.toLocaleString("en-US")}</dd>
        <dt>resamples</dt>
        <dd>${resamples.toLocaleString("en-US")} of each run</dd>
        <dt>seed</dt>
        <dd>${seed}: the same captures give the same page</dd>
      </dl>
    `,
  };
}
