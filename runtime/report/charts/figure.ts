/**
 * A chart on a page: title, what it says in a sentence, a drawing for each width of the place, a legend, and the same data as a table,
 * which people open who cannot see the drawing, and which its hints are read from.
 *
 * @module
 */
import { type Content, html, type Markup, trusted } from "../html/markup.ts";

/** Width and height of a drawing, in its own units, which are CSS pixels where it has the room. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Which of them it is drawn for decides how much fits on an axis. */
export type Layout = "broad" | "wide" | "narrow";

/** Sizes of the drawings; page.css shows the one that fits the place. */
export const SIZES: Readonly<Record<Layout, Size>> = {
  broad: { width: 1280, height: 260 },
  wide: { width: 640, height: 240 },
  narrow: { width: 340, height: 220 },
};

/** How many ticks have room on the horizontal axis. */
export const TICKS: Readonly<Record<Layout, number>> = { broad: 14, wide: 8, narrow: 4 };

/** Room for the axes, the same in all charts over time, so that they can be compared down a page. */
export const MARGINS = { left: 52, right: 14, top: 14, bottom: 34 } as const;

/** One line of a legend. */
export interface LegendItem {
  readonly text: Content;
  /** Class of its colour: `s1` … `s6`, `bad`, `warn`, `quiet`. */
  readonly color: string;
  /** How it is drawn. */
  readonly form?: "line" | "dash" | "dots" | "area";
}

/** A row of the table: its cells, and from which place of the horizontal axis on, 0 to 1, it is meant; null where it is of none. */
export interface FigureRow {
  readonly from: number | null;
  readonly cells: readonly Content[];
}

/** What {@link figure} makes a chart of. */
export interface FigureParts {
  /** Unique on the page; letters, digits and dashes. */
  readonly id: string;
  readonly title: Content;
  /** What there is to see, in a sentence: also for those who cannot. */
  readonly summary: Content;
  readonly draw: (layout: Layout, size: Size) => Markup;
  readonly legend?: readonly LegendItem[];
  readonly columns: readonly string[];
  readonly rows: readonly FigureRow[];
  /** Whether it may have the whole width of a page, and so is drawn for that too. */
  readonly isBroad?: boolean;
  /** Room left of the data, where it is not the usual. */
  readonly marginLeft?: number;
  /** Height, where it is not the usual. */
  readonly height?: number;
  readonly note?: Content;
}

/** Rows of a table that are shipped; a chart never has more places. */
const ROWS_MAX = 400;

/** A chart as a figure. */
export function figure(parts: FigureParts): Markup {
  const { id, title, summary, legend = [], columns, rows, note } = parts;
  const of: readonly Layout[] = parts.isBroad === true ? ["broad", "wide", "narrow"] : ["wide", "narrow"];
  const layouts = of.map((layout) => {
    const size = { ...SIZES[layout], ...(parts.height !== undefined && { height: parts.height }) };
    const area = `${(parts.marginLeft ?? MARGINS.left) / size.width} ${1 - MARGINS.right / size.width}`;
    return html`<div class="drawing ${layout}" data-area="${area}">${parts.draw(layout, size)}</div>`;
  });
  return html`
    <figure class="chart${parts.isBroad === true && " has-broad"}" id="${id}" aria-labelledby="${id}-title"
      aria-describedby="${id}-summary">
    <figcaption><h3 id="${id}-title">${title}</h3><p class="summary" id="${id}-summary">${summary}</p></figcaption>
    ${legend.length > 0 && html`<ul class="legend">${legend.map(legendItem)}</ul>`}
    <div class="canvas">${layouts}</div>
    ${note !== undefined && html`<p class="note">${note}</p>`}
    ${dataTable(id, title, columns, rows)}
    </figure>
  `;
}

function legendItem({ text, color, form = "area" }: LegendItem): Markup {
  return html`<li><span class="swatch ${form} ${color}"></span>${text}</li>`;
}

function dataTable(
  id: string,
  title: Content,
  columns: readonly string[],
  rows: readonly FigureRow[],
): Markup | false {
  if (rows.length === 0) return false;
  const shown = rows.slice(0, ROWS_MAX);
  return html`
    <details class="data">
      <summary>Data<span class="hidden"> of: ${title}</span></summary>
      <div class="scroll" tabindex="0" role="region" aria-labelledby="${id}-title">
        <table>
          <thead>
            <tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr>
          </thead>
          <tbody>
    ${shown.map(({ from, cells }) =>
      html`
        <tr${from !== null && trusted(` data-from="${from.toFixed(4)}"`)}>${cells.map((cell) =>
          html`<td>${cell}</td>`
        )}</tr>
      `
    )}</tbody>
        </table>
      </div>
    </details>
  `;
}
