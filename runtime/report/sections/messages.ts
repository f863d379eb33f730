/**
 * What was said: the most frequent kinds of messages, those that appeared late, and those that only one side has.
 *
 * @module
 */
import { formatCount, formatPart } from "../charts/number_text.ts";
import { formatAfter } from "../charts/time_axis.ts";
import type { Template } from "../data/report_data.ts";
import { type Content, html, type Markup } from "../html/markup.ts";
import type { Section } from "../html/page.ts";
import { logText } from "../html/shown_text.ts";
import { tableHead, tablePanel } from "../html/table_panel.ts";
import { nameOf, type Side, titled } from "./side.ts";

const LEAD = "Kinds of messages: texts without their numbers, typed events by the place that logs them.";

/** The section. */
export function messagesSection(sides: readonly Side[]): Section {
  const tables = [
    ...(sides.length > 1 ? sides.map(onlyPanel) : []),
    ...sides.map((side) =>
      templatePanel(side, {
        id: `frequent-${side.key}`,
        title: titled("Most frequent", side),
        templates: side.capture.templates.listed.filter(({ isTop }) => isTop),
        kinds: side.capture.templates.kinds,
      })
    ),
    ...sides.map((side) => {
      const late = side.capture.templates.listed.filter(({ isLate }) => isLate);
      return late.length > 0 && templatePanel(side, {
        id: `late-${side.key}`,
        title: titled("New in the second half of the capture", side),
        templates: late,
        kinds: side.capture.templates.lateKinds,
      });
    }),
  ];
  return {
    id: "messages",
    title: "Messages",
    content: html`<p class="lead">${LEAD}</p>${tables}`,
  };
}

function onlyPanel(side: Side): Markup {
  const title = html`${side.role === "base" ? "Vanished" : "New"}: only in ${nameOf(side)}`;
  const templates = side.capture.templates.listed.filter(({ isAlone }) => isAlone);
  if (templates.length === 0) {
    return html`
      <div class="panel">
        <h3>${title}</h3>
        <p class="summary">None.</p>
      </div>
    `;
  }
  return templatePanel(side, {
    id: `alone-${side.key}`,
    title,
    templates,
    kinds: side.capture.templates.aloneKinds,
  });
}

interface TemplatePanelParts {
  readonly id: string;
  readonly title: Content;
  readonly templates: readonly Template[];
  /** Of which those are. */
  readonly kinds: number;
}

function templatePanel({ capture }: Side, { id, title, templates, kinds }: TemplatePanelParts): Markup {
  const { span, width, entries: all } = capture;
  const row = ({ text, entries, level, firstAt }: Template) =>
    html`
      <tr>
        <td class="number">${formatCount(entries)}</td>
        <td class="number">${formatPart(all > 0 ? entries / all : 0)}</td>
        <td>${levelText(level)}</td>
        <td class="number">${formatAfter(firstAt, span, width)}</td>
        <td class="text">${logText(text)}</td>
      </tr>
    `;
  const whole = kinds === 1 ? "One kind." : `${formatCount(kinds)} kinds.`;
  return tablePanel({
    id,
    title,
    summary: kinds > templates.length ? `${templates.length} of ${formatCount(kinds)} kinds.` : whole,
    table: html`<table>${tableHead(["#entries", "#share", "level", "#first", "message"])}<tbody>${
      templates.map(row)
    }</tbody></table>`,
  });
}

/** A level as a word in its colour. */
export function levelText(level: string | null): Markup {
  return html`<span class="level ${level ?? ""}">${level ?? "–"}</span>`;
}
