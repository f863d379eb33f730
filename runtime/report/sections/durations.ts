/**
 * What took how long: kinds of work in a table, the weightiest of them in charts.
 *
 * @module
 */
import { distributionChart } from "../charts/distribution_chart.ts";
import { heatExtent, heatMap } from "../charts/heat_map.ts";
import { formatCount, formatNs } from "../charts/number_text.ts";
import { percentileChart, percentileExtent } from "../charts/percentile_chart.ts";
import type { TimingTotal } from "../data/report_data.ts";
import { html, type Markup } from "../html/markup.ts";
import type { Section } from "../html/page.ts";
import { shownText } from "../html/shown_text.ts";
import { tableHead, tablePanel } from "../html/table_panel.ts";
import { differencePanel } from "./difference_panel.ts";
import { rangeOf, type Side, titled, unionOf } from "./side.ts";

const LEAD =
  "Spans from their begin to their end, and entries that tell how long something took (ns=… or duration_ns=…). Charts show the kinds on which most time was spent.";

/** The section. */
export function durationsSection(sides: readonly Side[]): Section {
  const isAny = sides.some(({ capture }) => capture.timingTotals.length > 0);
  const kinds = sides[0]?.capture.timings.map(({ name }) => name) ?? [];
  return {
    id: "durations",
    title: "Durations",
    content: isAny
      ? html`<p class="lead">${LEAD}</p>${sides.map(totalsTable)}${
        kinds.map((_, at) => kindCharts(sides, at))
      }`
      : html`
        <p
          class="lead">This capture tells no durations: it has no spans (RS_BEGIN, RS_SCOPE) and no entry tells one as ns=NUMBER or duration_ns=NUMBER.</p>
      `,
  };
}

function totalsTable(side: Side): Markup {
  const { timingTotals } = side.capture;
  const row = ({ name, count, total, p50, p90, p99, p999, max }: TimingTotal) =>
    html`<tr><th scope="row">${shownText(name, 60)}</th><td class="number">${formatCount(count)}</td>${
      [total, p50, p90, p99, p999, max].map((ns) => html`<td class="number">${formatNs(ns)}</td>`)
    }</tr>`;
  return tablePanel({
    id: `kinds-${side.key}`,
    title: titled("Kinds of work", side),
    table: html`<table>${
      tableHead(["what", "#count", "#in all", "#median", "#90 %", "#99 %", "#99.9 %", "#longest"])
    }<tbody>${timingTotals.slice(0, 20).map(row)}</tbody></table>`,
    note: timingTotals.length > 20
      ? "The 20 kinds on which most time was spent; SELECT * FROM timings has all."
      : undefined,
  });
}

function kindCharts(sides: readonly Side[], at: number): Markup {
  const series = sides.map(({ capture }) => capture.timings[at]!);
  const name = shownText(series[0]!.name, 60);
  const percentiles = unionOf(series.map(({ points }) => percentileExtent(points)));
  const heat = unionOf(series.map((one) => heatExtent(one.heat)));
  if (percentiles === null || heat === null) return html``;
  return html`
    <h3 class="kind">${name}</h3>
    <div class="panels${sides.length > 1 && " pairs"}">
    ${distributionChart({
      id: `distribution-${at}`,
      title: `Distribution of ${name}`,
      what: "count",
      sides: sides.flatMap((side) => {
        const total = totalOf(side, series[0]!.name);
        const { heat } = side.capture.timings[at]!;
        return total === null || heat.length === 0
          ? []
          : [{ text: side.role === "" ? name : side.role, cells: heat, p50: total.p50, p99: total.p99 }];
      }),
    })}
    ${sides.length === 2 &&
      differencePanel(`difference-${at}`, `Difference of ${name}`, series[0]!.samples, series[1]!.samples)}
    ${sides.map((side, one) =>
      percentileChart({
        id: `durations-${at}-${side.key}`,
        title: titled(`${name} over time`, side),
        what: "count",
        range: rangeOf(side, sides),
        points: series[one]!.points,
        extent: percentiles,
      })
    )}
    ${sides.map((side, one) =>
      heatMap({
        id: `heat-${at}-${side.key}`,
        title: titled(`${name}: how many took how long, when`, side),
        what: "count",
        range: rangeOf(side, sides),
        cells: series[one]!.heat,
        points: series[one]!.points,
        extent: heat,
      })
    )}
    </div>
  `;
}

function totalOf({ capture }: Side, name: string): TimingTotal | null {
  return capture.timingTotals.find((total) => total.name === name) ?? null;
}
