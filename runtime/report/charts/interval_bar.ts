/**
 * A difference with its interval as a little drawing for a cell of a table, on an axis that all rows of the table share.
 *
 * @module
 */
import { html, type Markup } from "../html/markup.ts";

/** What {@link intervalBar} draws; all on one scale. */
export interface IntervalParts {
  readonly effect: number | null;
  readonly interval: readonly [number, number] | null;
  /** What lost entries could make of the interval. */
  readonly worstCase?: readonly [number, number] | null;
  /** Within ± this nothing matters; 0 where nobody said. */
  readonly smallestEffect: number;
  /** Class of its colour. */
  readonly color: string;
  /** What it says in words. */
  readonly text: string;
}

const WIDTH = 180, HEIGHT = 22, MIDDLE = WIDTH / 2, EDGE = 4;

/** The drawing. What goes beyond ±`reach` ends in an arrow. */
export function intervalBar(parts: IntervalParts, reach: number): Markup {
  const { effect, interval, worstCase = null, smallestEffect, color, text } = parts;
  const half = MIDDLE - EDGE;
  const place = (value: number) =>
    tenth(MIDDLE + half * Math.max(-1, Math.min(1, value / (reach > 0 ? reach : 1))));
  const band = smallestEffect > 0 &&
    html`<rect class="band" x="${place(-smallestEffect)}" y="1" width="${
      tenth(place(smallestEffect) - place(-smallestEffect))
    }" height="${HEIGHT - 2}"></rect>`;
  const line = (ends: readonly [number, number], name: string) =>
    html`<line class="${name}" x1="${place(ends[0])}" x2="${place(ends[1])}" y1="11" y2="11"></line>${
      ends[0] < -reach &&
      html`<path class="${name} end" d="M${EDGE},11l6,-4v8z"></path>`
    }${ends[1] > reach && html`<path class="${name} end" d="M${WIDTH - EDGE},11l-6,-4v8z"></path>`}`;
  return html`
    <svg class="interval ${color}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"
      aria-label="${text}">${band}<line class="zero" x1="${MIDDLE}" x2="${MIDDLE}" y1="1" y2="${HEIGHT -
        1}"></line>${worstCase !== null && line(worstCase, "worst")}${interval !== null &&
        line(interval, "sure")}${effect !== null &&
        html`<circle class="effect" cx="${place(effect)}" cy="11" r="4"></circle>`}</svg>
  `;
}

function tenth(place: number): number {
  return Math.round(place * 10) / 10;
}
