/**
 * The captures of a report: one, or base and candidate beside each other.
 *
 * @module
 */
import type { TimeRange } from "../charts/time_chart.ts";
import type { CaptureReport } from "../data/report_data.ts";
import { type Content, html } from "../html/markup.ts";
import { shownText } from "../html/shown_text.ts";

/** A capture and what it is here. */
export interface Side {
  /** Of ids on the page: `a` or `b`. */
  readonly key: string;
  /** `base`, `candidate`, or empty where there is only one. */
  readonly role: "" | "base" | "candidate";
  readonly capture: CaptureReport;
}

/** The sides of one capture or two. */
export function toSides(captures: readonly CaptureReport[]): Side[] {
  return captures.map((capture, at) => ({
    key: "ab"[at] ?? `c${at}`,
    role: captures.length === 1 ? "" : at === 0 ? "base" : "candidate",
    capture,
  }));
}

/** The name of a capture, with its role. */
export function nameOf({ role, capture }: Side): Content {
  const name = shownText(capture.head.name, 80);
  return role === "" ? name : html`${name} <span class="quiet">(${role})</span>`;
}

/** A title of a chart: with two captures each says which it is of. */
export function titled(title: Content, side: Side): Content {
  return side.role === "" ? title : html`${title} <span class="quiet">– ${side.role}</span>`;
}

/** The time that the charts of a capture show. With two captures both are as long as the longer, so that they can be laid over each other. */
export function rangeOf(side: Side, sides: readonly Side[]): TimeRange {
  const { width, losses, marks } = side.capture;
  return { span: Math.max(...sides.map(({ capture }) => capture.span)), width, losses, marks };
}

/** The union of what charts show that are to be compared; null where none shows anything. */
export function unionOf(extents: readonly ([number, number] | null)[]): [number, number] | null {
  const found = extents.filter((one) => one !== null);
  if (found.length === 0) return null;
  return [Math.min(...found.map(([least]) => least)), Math.max(...found.map(([, most]) => most))];
}
