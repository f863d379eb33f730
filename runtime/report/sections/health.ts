/**
 * The first thing on a page: may these numbers be trusted, and what came of the capture in a dozen figures.
 *
 * @module
 */
import { medianCost } from "../charts/bar_charts.ts";
import { formatBig, formatCount, formatNs, formatPart, formatRate } from "../charts/number_text.ts";
import type { CaptureReport } from "../data/report_data.ts";
import { type Content, html, type Markup } from "../html/markup.ts";
import { icon, type Section } from "../html/page.ts";
import { shownText } from "../html/shown_text.ts";
import { tablePanel } from "../html/table_panel.ts";
import { nameOf, type Side } from "./side.ts";

/** The section. */
export function healthSection(sides: readonly Side[]): Section {
  return {
    id: "health",
    title: "Health",
    content: html`<div class="verdicts">${sides.map(verdictOf)}</div>
${sides.length === 1 ? tiles(figuresOf(sides[0]!.capture)) : besideEachOther(sides)}`,
  };
}

/** Whether the numbers of a capture may be trusted, with every reason why not. */
export function verdictOf(side: Side): Markup {
  const { isTrustworthy, reasons } = side.capture.head;
  const lead = side.role === "" ? "" : html`
    ${nameOf(side)}:
  `;
  return isTrustworthy
    ? html`
      <div
        class="verdict good">${icon(
          "good",
        )}<div><h3>${lead}Trustworthy</h3><p>Nothing speaks against these numbers: every attempt to log is accounted for.</p></div></div>
    `
    : html`
      <div
        class="verdict bad">${icon(
          "bad",
        )}<div><h3>${lead}Not trustworthy as it is</h3><p>What this page shows is what was recorded. It may not be what happened:</p><ul>${reasons
          .map((reason) => html`<li>${shownText(reason, 600)}</li>`)}</ul></div></div>
    `;
}

interface Figure {
  readonly name: string;
  readonly value: Content;
  readonly detail?: Content;
  /** For the difference of two captures; null where it cannot be told. */
  readonly amount: number | null;
  readonly isAlarm?: boolean;
}

function figuresOf(capture: CaptureReport): Figure[] {
  const { entries, span, warnings, errors, accounts, writeCosts, ringUse } = capture;
  const lost = accounts.reduce((sum, one) => sum + one.lost, 0n);
  const attempts = accounts.reduce((sum, one) => sum + one.attempts, 0n);
  const share = attempts > 0n ? Number(lost) / Number(attempts) : 0;
  const slowest = capture.timingTotals[0];
  const latency = capture.latencies.reduce((most, { p99 }) => Math.max(most, p99), 0);
  const fullest = ringUse.reduce((most, one) => Math.max(most, one.fullest), 0);
  const cost = medianCost(writeCosts);
  return [
    { name: "Entries", value: formatBig(entries), detail: `in ${formatNs(span)}`, amount: entries },
    {
      name: "Mean rate",
      value: formatRate(span > 0 ? entries * 1e9 / span : 0),
      amount: span > 0 ? entries * 1e9 / span : null,
    },
    {
      name: "Lost",
      value: formatBig(Number(lost)),
      detail: lost > 0n ? `${formatPart(share)} of attempts` : "of all attempts",
      amount: Number(lost),
      isAlarm: lost > 0n,
    },
    { name: "Errors", value: formatBig(errors), amount: errors, isAlarm: errors > 0 },
    { name: "Warnings", value: formatBig(warnings), amount: warnings },
    ...(slowest === undefined ? [] : [{
      name: "Slowest 1 %",
      value: formatNs(slowest.p99),
      detail: html`99th percentile of ${shownText(slowest.name, 40)}`,
      amount: slowest.p99,
    }]),
    {
      name: "Delivery latency",
      value: capture.latencies.length > 0 ? formatNs(latency) : "–",
      detail: "highest 99th percentile",
      amount: latency,
    },
    {
      name: "Fullest ring",
      value: ringUse.length > 0 ? formatPart(fullest) : "–",
      detail: "when looked at",
      amount: fullest,
    },
    {
      name: "Write cost",
      value: cost === null ? "–" : html`< ${formatNs(cost)}`,
      detail: cost === null ? "not measured" : "median",
      amount: cost,
    },
  ];
}

function tiles(figures: readonly Figure[]): Markup {
  return html`<dl class="tiles">${
    figures.map(({ name, value, detail, isAlarm }) =>
      html`
        <div class="${isAlarm === true && "alarm"}">
          <dt>${name}</dt>
          <dd>${value}${detail !== undefined && html`<small>${detail}</small>`}</dd>
        </div>
      `
    )
  }</dl>`;
}

function besideEachOther(sides: readonly Side[]): Markup {
  const [base, candidate] = sides.map(({ capture }) =>
    new Map(figuresOf(capture).map((one) => [one.name, one]))
  );
  const names = [...new Set([...base!.keys(), ...candidate!.keys()])];
  const cell = (figure: Figure | undefined) =>
    html`<td class="number">${figure?.value ?? "–"}${
      figure?.name === "Slowest 1 %" && html`<br><small class="quiet">${figure.detail}</small>`
    }</td>`;
  const rows = names.map((name) =>
    html`<tr><th scope="row">${name}</th>${cell(base!.get(name))}${
      cell(candidate!.get(name))
    }<td class="number">${difference(base!.get(name)?.amount, candidate!.get(name)?.amount)}</td></tr>`
  );
  return tablePanel({
    id: "figures",
    title: "At a glance",
    table: html`
      <table>
        <thead>
          <tr><th scope="col">figure</th>${sides.map((side) =>
            html`<th scope="col" class="number">${nameOf(side)}</th>`
          )}<th scope="col" class="number">difference</th></tr>
        </thead>
        <tbody>${rows}</tbody>
      </table>
    `,
  });
}

/** How much more or less a figure became, in per cent of what it was. */
export function difference(from: number | null | undefined, to: number | null | undefined): string {
  if (from === null || from === undefined || to === null || to === undefined) return "–";
  if (from === to) return "none";
  if (from === 0) return `${to > 0 ? "+" : "−"}${Number.isInteger(to) ? formatCount(Math.abs(to)) : ""}`;
  return signedPart((to - from) / Math.abs(from));
}

/** A share with its sign, `+12 %`; what grew beyond all shares as a factor, `× 35`. */
export function signedPart(part: number): string {
  const percent = Math.abs(100 * part);
  if (part >= 10) return `× ${(1 + part).toPrecision(3)}`;
  return `${part < 0 ? "−" : "+"}${percent.toFixed(percent >= 10 ? 0 : percent >= 1 ? 1 : 2)} %`;
}
