/**
 * How full the rings were, and what writing into them cost.
 *
 * @module
 */
import { ringUseChart, writeCostChart } from "../charts/bar_charts.ts";
import { html } from "../html/markup.ts";
import type { Section } from "../html/page.ts";
import { rangeOf, type Side, titled } from "./side.ts";

/** The section. */
export function ringsSection(sides: readonly Side[]): Section {
  const bars = sides.flatMap(({ capture }) => capture.writeCosts);
  const extent = [
    Math.max(1, Math.min(...bars.map(({ from }) => from))),
    Math.max(2, ...bars.map(({ to }) => to)),
  ] as const;
  return {
    id: "rings",
    title: "Rings and writes",
    content: html`
      <p
        class="lead">The cost of a write is measured by the driver at every 1,024th one, from before it reserves its space until it is committed; one that lost its processor meanwhile counts with that time.</p>
      <div class="panels${sides.length > 1 && " pairs"}">${sides.map((side) =>
        ringUseChart({
          id: `rings-${side.key}`,
          title: titled("How full the rings were", side),
          range: rangeOf(side, sides),
          uses: side.capture.ringUse,
        })
      )}${sides.map((side) =>
        side.capture.writeCosts.length === 0
          ? html`
            <div class="panel">
              <h3>${titled("Cost of a write", side)}</h3>
              <p class="summary">The driver measured no write: there were too few, or it was a log that was imported.</p>
            </div>
          `
          : writeCostChart({
            id: `cost-${side.key}`,
            title: titled("Cost of a write", side),
            bars: side.capture.writeCosts,
            extent,
          })
      )}</div>
    `,
  };
}
