/**
 * What took longest, and what happened around it on all processors.
 *
 * @module
 */
import { formatNs } from "../charts/number_text.ts";
import { formatAfter } from "../charts/time_axis.ts";
import type { NearEntry, SlowWork } from "../data/report_data.ts";
import { html, type Markup, trusted } from "../html/markup.ts";
import type { Section } from "../html/page.ts";
import { logText, shownText } from "../html/shown_text.ts";
import { levelText } from "./messages.ts";
import { type Side, titled } from "./side.ts";

/** Those that are open from the beginning, so that paper has them too. */
const OPEN = 2;

/** The section; null where nothing has a duration. */
export function slowestSection(sides: readonly Side[]): Section | null {
  if (sides.every(({ capture }) => capture.slowest.length === 0)) return null;
  return {
    id: "slowest",
    title: "Slowest",
    content: sides.map((side) =>
      html`<div class="panel"><h3>${titled("What took longest", side)}</h3>${
        side.capture.slowest.map((work, at) => slowWork(work, side, at < OPEN))
      }</div>`
    ),
  };
}

function slowWork(work: SlowWork, { capture, role }: Side, isOpen: boolean): Markup {
  const { name, source, at, duration, processor, tid, idx, endIdx, near } = work;
  const when = formatAfter(at, capture.span, capture.width);
  const open = isOpen && trusted("open");
  const place = source === "span" ? `entries ${idx} to ${endIdx}` : `entry ${idx}`;
  return html`
    <details class="slow" ${open}>
      <summary><b>${formatNs(duration)}</b> ${shownText(
        name,
        60,
      )} <span class="quiet">${when}, processor ${processor}, thread ${tid}, ${place}</span></summary>
      <div class="scroll" tabindex="0" role="region"
        aria-label="Around ${place}${role && ` of the ${role}`}">
        <table class="near">
          <thead>
            <tr>
              <th scope="col" class="number">idx</th>
              <th scope="col" class="number">time</th>
              <th scope="col" class="number">cpu</th>
              <th scope="col" class="number">thread</th>
              <th scope="col">level</th>
              <th scope="col">message</th>
            </tr>
          </thead>
          <tbody>
    ${near.map((entry) => nearRow(entry, work))}</tbody>
        </table>
      </div>
    </details>
  `;
}

function nearRow(entry: NearEntry, { idx, endIdx, at }: SlowWork): Markup {
  const isThis = entry.idx === idx || entry.idx === endIdx;
  const distance = entry.at - at;
  return html`
    <tr class="${isThis && "this"}">
      <td class="number">${entry.idx}</td>
      <td class="number">${distance < 0 ? "−" : "+"}${formatNs(Math.abs(distance))}</td>
      <td class="number">${entry.processor}</td>
      <td class="number">${entry.tid}</td>
      <td>${levelText(entry.level)}</td>
      <td class="text">${logText(entry.message)}</td>
    </tr>
  `;
}
