/**
 * How much quantiles of two captures differ, and how sure that is.
 *
 * @module
 */
import { intervalBar } from "../charts/interval_bar.ts";
import { formatNs } from "../charts/number_text.ts";
import { html, type Markup } from "../html/markup.ts";
import { tableHead, tablePanel } from "../html/table_panel.ts";
import { type QuantileShift, quantileShift } from "./quantile_shift.ts";
import { signedPart } from "./health.ts";

const SUMMARY =
  'Candidate against base, with the interval that a run\'s own noise allows (95 %, by resampling blocks of neighbours). Two recordings of the same thing differ by more than that: a verdict takes several on each side, by "compare".';
/** Twice as long, or nothing at all: beyond, the axis would show one outlier and nothing else. */
const REACH_MAX = 2;
const QUANTILES = [[0.5, "median"], [0.9, "90 %"], [0.99, "99 %"]] as const;

/** The panel, of durations in the order in which they came. */
export function differencePanel(
  id: string,
  title: string,
  base: Float64Array,
  candidate: Float64Array,
): Markup {
  if (base.length === 0 || candidate.length === 0) {
    return html`
      <div class="panel">
        <h3>${title}</h3>
        <p class="summary">Only one side has any.</p>
      </div>
    `;
  }
  const shifts = QUANTILES.map(([quantile, name]) => ({
    name,
    ...quantileShift(base, candidate, quantile),
  }));
  const reach = Math.max(0.05, ...shifts.flatMap(({ interval }) => interval?.map(Math.abs) ?? []));
  const shown = Math.min(reach, REACH_MAX);
  const percent = (100 * shown).toFixed(0);
  return tablePanel({
    id,
    title,
    summary: SUMMARY,
    table: html`<table>${
      tableHead(["quantile", "#base", "#candidate", "#difference", `from −${percent} % to +${percent} %`])
    }<tbody>${shifts.map((shift) => shiftRow(shift, shown))}</tbody></table>`,
  });
}

function shiftRow(
  { name, from, to, effect, interval }: QuantileShift & { name: string },
  reach: number,
): Markup {
  const change = effect === null ? "–" : signedPart(effect);
  const range = interval === null
    ? "no interval"
    : `${signedPart(interval[0])} to ${signedPart(interval[1])}`;
  const bar = intervalBar(
    { effect, interval, smallestEffect: 0, color: "plain", text: `${change}, ${range}` },
    reach,
  );
  return html`
    <tr>
      <th scope="row">${name}</th>
      <td class="number">${formatNs(from)}</td>
      <td class="number">${formatNs(to)}</td>
      <td class="number">${change}<br><small class="quiet">${range}</small></td>
      <td>${bar}</td>
    </tr>
  `;
}
