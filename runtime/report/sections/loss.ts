/**
 * What was lost, when and why, and the account of every ring.
 *
 * @module
 */
import { highestLoss, lossChart } from "../charts/bar_charts.ts";
import { formatCount } from "../charts/number_text.ts";
import type { RingAccount } from "../data/report_data.ts";
import { html, type Markup } from "../html/markup.ts";
import { icon, type Section } from "../html/page.ts";
import { tableHead, tablePanel } from "../html/table_panel.ts";
import { rangeOf, type Side, titled } from "./side.ts";

/** Rings that are listed; the first are those that lost most. */
const RINGS_MAX = 24;

/** The section. */
export function lossSection(sides: readonly Side[]): Section {
  const most = Math.max(...sides.map(({ capture }) => highestLoss(capture.losses)));
  return {
    id: "loss",
    title: "Loss",
    content: html`
      <p
        class="lead">Attempts = read + discarded + lost + pending, by counters that do not know of each other. Bands in all charts over time are where something was lost.</p><div
        class="panels${sides.length > 1 && " pairs"}">${sides.map((side) =>
          side.capture.losses.length === 0 ? lossFree(side) : lossChart({
            id: `loss-${side.key}`,
            title: titled("Lost entries over time", side),
            range: rangeOf(side, sides),
            losses: side.capture.losses,
            isBroad: sides.length === 1,
            most,
          })
        )}</div>${sides.map(accountTable)}
    `,
  };
}

/** The counters may tell of losses that lie in no hole between two entries. */
function lossFree(side: Side): Markup {
  const { accounts } = side.capture;
  const lost = accounts.reduce((sum, one) => sum + one.lost, 0n);
  const [sign, text] = accounts.length === 0
    ? ["unsure", "There are no counters: nothing says how much was logged."] as const
    : lost > 0n
    ? [
      "bad",
      `The counters tell of ${formatCount(lost)} lost entries; no hole between two entries says when.`,
    ] as const
    : ["good", "Nothing was lost."] as const;
  return html`
    <div class="panel">
      <h3>${titled("Lost entries", side)}</h3>
      <p><span class="word ${sign}">${text}</span></p>
    </div>
  `;
}

function accountTable(side: Side): Markup | null {
  const { accounts } = side.capture;
  if (accounts.length === 0) return null;
  const order = [...accounts].sort((a, b) =>
    Number(a.isBalanced) - Number(b.isBalanced) || Number(b.lost - a.lost)
  );
  const shown = accounts.length > RINGS_MAX ? order.slice(0, RINGS_MAX) : accounts;
  const isFiltered = accounts.some(({ filtered }) => filtered > 0n);
  const columns = ["attempts", "read", "discarded", "lost", "pending", ...(isFiltered ? ["filtered"] : [])];
  const row = (one: RingAccount) =>
    html`<tr><th scope="row">${one.processor}</th>${
      [
        one.attempts,
        one.read,
        one.discarded,
        one.lost,
        one.pending,
        ...(isFiltered ? [one.filtered] : []),
      ].map((count) => html`<td class="number">${formatCount(count)}</td>`)
    }<td>${
      one.isBalanced
        ? html`<span class="word good">${icon("good")}balanced</span>`
        : html`<span class="word bad">${icon("bad")}not balanced</span>`
    }</td></tr>`;
  return tablePanel({
    id: `account-${side.key}`,
    title: titled("Account of each processor", side),
    table: html`<table>${tableHead(["processor", ...columns.map((name) => `#${name}`), "account"])}<tbody>${
      shown.map(row)
    }</tbody></table>`,
    note: shown.length < accounts.length
      ? `${shown.length} of ${accounts.length}: those that lost most.`
      : undefined,
  });
}
