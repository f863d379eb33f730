/**
 * A grid of cells by how much is in them, as one path for each shade: thousands of cells in a few kilobytes.
 *
 * @module
 */
import { type Drawn, type Markish, svgElement } from "./plot.ts";

/** Shades of the page: `h1` holds least. */
export const SHADES = 7;

/** A cell, in the units of the chart's axes. */
export interface GridCell {
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
  readonly amount: number;
}

/** The shade of an amount: their logarithms are spread evenly, since a few in one place matter as much as thousands elsewhere. */
export function shadeOf(amount: number, most: number): number {
  if (most <= 1) return SHADES;
  return 1 + Math.min(SHADES - 1, Math.floor(SHADES * Math.log(Math.max(amount, 1)) / Math.log(most + 1)));
}

/** The least amount of each shade, for a legend. */
export function shadeBounds(most: number): number[] {
  return Array.from({ length: SHADES }, (_, at) => Math.ceil((most + 1) ** (at / SHADES)));
}

/** The shade of an amount on an even scale, for amounts of which small ones do not matter. */
export function evenShadeOf(amount: number, most: number): number {
  return Math.min(SHADES, 1 + Math.floor(SHADES * amount / Math.max(most, 1)));
}

/** The grid as a mark. Both axes have to be continuous. */
export function gridMark(cells: readonly GridCell[], most: number, shade = shadeOf): Markish {
  return (_index, { x, y }): Drawn => {
    const group = svgElement("g", { class: "grid" });
    if (x === undefined || y === undefined) return group;
    const paths: string[] = new Array(SHADES + 1).fill("");
    for (const { x1, x2, y1, y2, amount } of cells) {
      const left = tenth(x(x1)), right = tenth(x(x2)), top = tenth(y(y2)), bottom = tenth(y(y1));
      const width = tenth(Math.max(right - left, 0.6)), height = tenth(bottom - top);
      paths[shade(amount, most)] += `M${left},${top}h${width}v${height}h${-width}z`;
    }
    paths.forEach((d, shade) => {
      if (d !== "") group.append(svgElement("path", { class: `h${shade}`, d }));
    });
    return group;
  };
}

function tenth(place: number): number {
  return Math.round(place * 10) / 10;
}
