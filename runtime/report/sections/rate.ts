/**
 * How much was logged when, and by whom.
 *
 * @module
 */
import { areStacked, highestRate, processorChart, rateChart } from "../charts/rate_chart.ts";
import { html } from "../html/markup.ts";
import type { Section } from "../html/page.ts";
import { shownText } from "../html/shown_text.ts";
import { formatAfter } from "../charts/time_axis.ts";
import { rangeOf, type Side, titled } from "./side.ts";

/** The section. */
export function rateSection(sides: readonly Side[]): Section {
  const most = Math.max(...sides.map(({ capture }) => highestRate(capture.rates, capture.width)));
  return {
    id: "rate",
    title: "Rate",
    content: html`<div class="panels${sides.length > 1 && " pairs"}">${
      sides.map((side) =>
        rateChart({
          id: `rate-${side.key}`,
          title: titled(
            areStacked(side.capture.rates) ? "Entries per second by processor" : "Entries per second",
            side,
          ),
          range: rangeOf(side, sides),
          rates: side.capture.rates,
          isBroad: sides.length === 1 && areStacked(side.capture.rates),
          most,
        })
      )
    }${
      sides.map((side) =>
        !areStacked(side.capture.rates) && processorChart({
          id: `processors-${side.key}`,
          title: titled("Which processors logged", side),
          range: rangeOf(side, sides),
          rates: side.capture.rates,
        })
      )
    }</div>${sides.map(marksOf)}`,
  };
}

function marksOf(side: Side) {
  const { marks, span, width } = side.capture;
  if (marks.length === 0) return null;
  return html`
    <div class="panel">
      <h3>${titled("Marks", side)}</h3>
      <p class="summary">Dotted lines in all charts over time.</p>
      <ul>${marks.map(({ at, text }) =>
        html`<li>${formatAfter(at, span, width)} ${shownText(text ?? "")}</li>`
      )}</ul>
    </div>
  `;
}
