/**
 * How long entries waited in their rings.
 *
 * @module
 */
import { heatExtent, heatMap } from "../charts/heat_map.ts";
import { percentileChart, percentileExtent } from "../charts/percentile_chart.ts";
import { html } from "../html/markup.ts";
import type { Section } from "../html/page.ts";
import { rangeOf, type Side, titled, unionOf } from "./side.ts";

const LEAD =
  "From the write to the moment at which the reader took the entry, so mostly the reader's own polling. It tells how fresh and how congested the way is, not how fast the driver is.";

/** The section. */
export function latencySection(sides: readonly Side[]): Section {
  const percentiles = unionOf(sides.map(({ capture }) => percentileExtent(capture.latencies)));
  const heat = unionOf(sides.map(({ capture }) => heatExtent(capture.latencyHeat)));
  return {
    id: "latency",
    title: "Delivery latency",
    content: percentiles === null || heat === null
      ? html`<p class="lead">Nothing says when these entries were read.</p>`
      : html`
        <p class="lead">${LEAD}</p>
        <div class="panels${sides.length > 1 && " pairs"}">${sides.map((side) =>
          percentileChart({
            id: `latency-${side.key}`,
            title: titled("Delivery latency over time", side),
            what: "entries",
            range: rangeOf(side, sides),
            points: side.capture.latencies,
            extent: percentiles,
          })
        )}${sides.map((side) =>
          heatMap({
            id: `latency-heat-${side.key}`,
            title: titled("How many entries waited how long, when", side),
            what: "entries",
            range: rangeOf(side, sides),
            cells: side.capture.latencyHeat,
            points: side.capture.latencies,
            extent: heat,
          })
        )}</div>
      `,
  };
}
