/**
 * The verdict and every metric that it is made of.
 *
 * @module
 */
import { intervalBar } from "../charts/interval_bar.ts";
import type { Judgement, MetricVerdict, Verdict } from "../../compare/judge/types.ts";
import { html, type Markup } from "../html/markup.ts";
import { icon, type Section } from "../html/page.ts";
import { shownText } from "../html/shown_text.ts";
import { tableHead, tablePanel } from "../html/table_panel.ts";
import { shiftText, titleOf, TONES, valueText } from "./values.ts";

const HEADLINES: Readonly<Record<Verdict, string>> = {
  improved: "Improved",
  same: "The same",
  regressed: "Regressed",
  inconclusive: "Inconclusive",
};

/** Beyond this a drawing would show one outlier and nothing else. */
const REACH_MAX = 1;

/** The section that a glance is for. */
export function verdictSection(judgement: Judgement): Section {
  const { verdict, reason, metrics } = judgement;
  const gated = metrics.filter((one) => one.gated);
  const counts = (["regressed", "inconclusive", "improved", "same"] as const).map((kind) => ({
    kind,
    count: gated.filter((one) => one.verdict === kind).length,
  }));
  return {
    id: "verdict",
    title: "Verdict",
    content: html`
      <div class="verdict ${TONES[verdict]}">${icon(
        TONES[verdict],
      )}<div><h3>${HEADLINES[verdict]}</h3><p>${shownText(reason, 600)}</p></div></div>
      <dl
        class="tiles">${counts.map(({ kind, count }) =>
          html`
            <div class="${kind === "regressed" && count > 0 && "alarm"}">
              <dt>${HEADLINES[kind]}</dt>
              <dd>${count}<small>of ${gated.length} that decide</small></dd>
            </div>
          `
        )}<div><dt>Runs</dt><dd>${judgement.runs.base.length} → ${judgement.runs.candidate
          .length}<small>base and candidate</small></dd></div></dl>
    `,
  };
}

/** The sections with tables of metrics: those that decide, and those that inform. */
export function metricsSections({ metrics, settings }: Judgement): Section[] {
  const gated = metrics.filter((one) => one.gated);
  const others = metrics.filter((one) => !one.gated);
  const note =
    `The thick line is where the shift lies, each end sure to ${
      (100 * settings.confidence).toFixed(0)
    } %; the dotted one what lost entries could make of it; the grey band what does not matter. ` +
    `A change has to be outside of the band for sure to count, and inside of it for sure to be the same.`;
  return [
    {
      id: "metrics",
      title: "Metrics",
      content: gated.length === 0
        ? html`<p class="lead">No metric decides.</p>`
        : html`<p class="lead">${note}</p>${metricTable("deciding", "Metrics that decide", gated)}`,
    },
    ...(others.length === 0 ? [] : [{
      id: "informing",
      title: "For information",
      content:
        html`<p class="lead">These do not decide: they tell of the reader or of the load, not of the driver.</p>${
          metricTable("telling", "Metrics that do not decide", others)
        }`,
    }]),
  ];
}

function metricTable(id: string, title: string, metrics: readonly MetricVerdict[]): Markup {
  return tablePanel({
    id,
    title,
    table: html`<table class="metrics">${
      tableHead(["verdict", "metric", "#base", "#candidate", "#change", "how sure", "#p"])
    }<tbody>${metrics.map(metricRow)}</tbody></table>`,
  });
}

function metricRow(judged: MetricVerdict): Markup {
  const { verdict, reason, metric, centre, effect, interval, worstCase, smallestEffect, pAdjusted, power } =
    judged;
  const tone = TONES[verdict];
  const ends = [effect, ...interval ?? [], ...worstCase ?? []].filter((one): one is number =>
    one !== null && Number.isFinite(one)
  );
  const widest = Math.max(2 * smallestEffect, ...ends.map((end) => 1.1 * Math.abs(end)));
  const reach = judged.scale === "relative"
    ? Math.min(Math.max(REACH_MAX, 2 * smallestEffect), widest)
    : widest;
  const change = shiftText(effect, judged);
  const range = interval === null
    ? "no interval"
    : `${shiftText(interval[0], judged)} to ${shiftText(interval[1], judged)}`;
  return html`
    <tr>
      <td><span class="word ${tone}">${icon(tone)}${verdict}</span></td>
      <td class="text">${titleOf(judged)}<br><small class="quiet">${shownText(reason, 400)}</small></td>
      <td class="number" data-label="base">${valueText(centre.base, metric)}</td>
      <td class="number" data-label="candidate">${valueText(centre.candidate, metric)}</td>
      <td class="number" data-label="change">${change}<br><small class="quiet">${range}</small></td>
      <td data-label="how sure">${intervalBar({
        effect,
        interval: finite(interval),
        worstCase: finite(worstCase),
        smallestEffect,
        color: tone,
        text: `${change}, ${range}; ± ${shiftText(smallestEffect, judged).slice(1)} does not matter`,
      }, reach)}<small class="quiet">± ${shiftText(reach, judged).replace(/^[+]/, "")}</small></td>
      <td class="number" data-label="p">${pAdjusted === null ? "–" : pText(pAdjusted)}${power !== undefined &&
        html`<br><small class="quiet">power ${(100 * power).toFixed(0)} %</small>`}</td>
    </tr>
  `;
}

/** An end that nobody knows is beyond every drawing. */
function finite(interval: readonly [number, number] | null): [number, number] | null {
  if (interval === null || interval.some(Number.isNaN)) return null;
  return [Math.max(-1e300, interval[0]), Math.min(1e300, interval[1])];
}

function pText(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}
