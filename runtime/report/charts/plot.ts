/**
 * The drawing library: the only file that knows Observable Plot and linkedom. It draws to SVG without a browser; to exchange the
 * library, exchange this file.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import { DOMParser } from "linkedom";
import { trusted } from "../html/markup.ts";
import type { Markup } from "../html/markup.ts";

export { Plot };
export type { Markish, PlotOptions } from "@observablehq/plot";

// deno-lint-ignore no-explicit-any -- linkedom's document has other types than a browser's, and Plot asks for a browser's
const canvas: any = new DOMParser().parseFromString("<!doctype html><html><body></body></html>", "text/html");

/** Where the data lie in a drawing, in its own units. */
export interface DrawnArea {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
}

/** A drawing with its place on a page: hidden from those who cannot see it, since its figure says what it shows. */
export function draw(options: Plot.PlotOptions & { readonly className?: never }): Markup {
  const drawing = Plot.plot({ ...options, document: canvas, className: "plot" });
  // Its own style sheet fixes colours; the page's follows the theme.
  for (const style of [...drawing.querySelectorAll("style")]) style.remove();
  drawing.setAttribute("aria-hidden", "true");
  drawing.removeAttribute("font-size");
  drawing.removeAttribute("font-family");
  return trusted(withShortNumbers(drawing.outerHTML));
}

/** What a mark of our own gives. */
export type Drawn = NonNullable<ReturnType<Plot.RenderFunction>>;

/** Makes an element of SVG, for marks of our own. */
export function svgElement(name: string, attributes: Readonly<Record<string, string | number>>): Drawn {
  const element = canvas.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

const PLACES = / (?:d|x|y|x1|y1|x2|y2|width|height|transform|points)="[^"]*"/g;

/** A tenth of a unit is below what anybody sees, and places are most of a drawing. */
function withShortNumbers(source: string): string {
  const short = (number: string) => String(Math.round(Number(number) * 10) / 10);
  return source.replace(PLACES, (place) => place.replace(/-?\d+\.\d{2,}(?:e-?\d+)?/g, short));
}
