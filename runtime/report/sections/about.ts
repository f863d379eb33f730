/**
 * How the captures were made. With two of them, what differs is marked: it may be why they differ.
 *
 * @module
 */
import { formatSize } from "../../cli/format_number.ts";
import { formatMoment } from "../charts/time_axis.ts";
import type { CaptureHead } from "../data/report_data.ts";
import { html } from "../html/markup.ts";
import type { Section } from "../html/page.ts";
import { shownText } from "../html/shown_text.ts";
import { nameOf, type Side } from "./side.ts";

/** The section. */
export function aboutSection(sides: readonly Side[]): Section {
  const facts = sides.map(({ capture }) => factsOf(capture.head));
  return {
    id: "about",
    title: sides.length === 1 ? "About this capture" : "About these captures",
    content: html`<div class="panels${sides.length > 1 && " pairs"}">${
      sides.map((side, at) =>
        html`
          <div class="panel">
            <h3>${nameOf(side)}</h3>
            <dl class="facts">${facts[at]!.map(([name, text], place) => {
              const isOther = facts.some((other) => other[place]![1] !== text) && !UNIQUE.has(name);
              return html`
                <dt>${name}</dt>
                <dd>${shownText(text)}${isOther && html`
                  <span class="word unsure">differs</span>
                `}</dd>
              `;
            })}</dl>
          </div>
        `
      )
    }</div>`,
  };
}

/** What no two captures have in common. */
const UNIQUE: ReadonlySet<string> = new Set(["folder", "started", "stopped"]);

function factsOf(head: CaptureHead): [string, string][] {
  return [
    ["folder", head.path],
    ["started", head.started === null ? "–" : formatMoment(head.started)],
    ["stopped", head.stopped === null ? "–" : formatMoment(head.stopped)],
    ["complete", head.isComplete ? "yes" : "no"],
    ["host", head.host || "–"],
    ["system", [head.os, head.arch].filter((part) => part !== "").join(", ") || "–"],
    ["processors", String(head.processors)],
    ["rings", `${head.ringCount} of ${formatSize(head.ringBytes)}`],
    ["full ring", head.mode],
    ["order", head.order],
    ["clock", head.clockKind],
    ["driver", [head.driver, head.abi && `ABI ${head.abi}`].filter(Boolean).join(", ")],
    ["recorded by", `Ringscope ${head.version}`],
    ["selection", head.selection ?? "all entries"],
  ];
}
