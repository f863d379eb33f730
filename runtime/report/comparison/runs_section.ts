/**
 * The runs of both sides: their values in the metrics that are not simply the same, and what is known of each.
 *
 * @module
 */
import { figure, TICKS } from "../charts/figure.ts";
import { draw, Plot } from "../charts/plot.ts";
import { frame } from "../charts/time_chart.ts";
import type { Difference, Judgement, MetricVerdict, RunSummary } from "../../compare/judge/types.ts";
import { html, type Markup } from "../html/markup.ts";
import { icon, type Section } from "../html/page.ts";
import { shownText } from "../html/shown_text.ts";
import { tableHead, tablePanel } from "../html/table_panel.ts";
import type { ShownRun, ShownSide, ShownSides } from "./shown_comparison.ts";
import { titleOf, valueText, valueTick } from "./values.ts";

/** Charts that are drawn: the metrics come in the order of how much they want to be looked at. */
const CHARTS_MAX = 12;
/** Runs of a side that have a row of their own. */
const ROWS_MAX = 24;
/** The vertical axis has no ticks. */
const MARGIN_LEFT = 14;

/** The charts of single runs. */
export function runValuesSection({ metrics }: Judgement): Section | null {
  const shown = metrics.filter(({ base, candidate }) =>
    [...base, ...candidate].some(({ value }) => value !== null)
  ).slice(0, CHARTS_MAX);
  if (shown.length === 0) return null;
  return {
    id: "runs",
    title: "Runs",
    content: html`
      <p
        class="lead">Each dot is a run, its line the run's own noise, and where entries are missing a dotted line to what the value could have been.</p>
      <div class="panels pairs">${shown.map(runChart)}</div>
    `,
  };
}

interface Row {
  readonly side: "base" | "candidate";
  readonly place: number;
  readonly summary: RunSummary;
  readonly value: number;
}

function runChart(judged: MetricVerdict, at: number): Markup {
  const { metric, verdict } = judged;
  const base = rowsOf(judged.base, "base", 0);
  const candidate = rowsOf(judged.candidate, "candidate", base.length + 0.7);
  const rows = [...base, ...candidate];
  const ends = rows.flatMap(({ value, summary }) => [value, ...summary.interval ?? []]);
  const least = Math.min(...ends), most = Math.max(...ends);
  const slack = (most - least || Math.abs(most) || 1) * 0.08;
  const domain: [number, number] = [least - slack, most + slack];
  const clip = (value: number) => Math.min(domain[1], Math.max(domain[0], value));
  const color = ({ side }: Row) => `var(--${side})`;
  const whole = rows.filter(({ summary }) => summary.interval !== null);
  const torn = rows.filter(({ summary, value }) => summary.lowest < value || summary.highest > value);
  const height = 60 + 13 * rows.length;
  return figure({
    id: `run-values-${at}`,
    title: titleOf(judged),
    summary: html`
      <span
        class="word ${verdict === "regressed" && "bad"}">${verdict}</span>: base ${valueText(
          judged.centre.base,
          metric,
        )}, candidate ${valueText(judged.centre.candidate, metric)} (middle of the runs).
    `,
    legend: [
      { text: "base", color: "base", form: "dots" },
      { text: "candidate", color: "candidate", form: "dots" },
    ],
    height,
    marginLeft: MARGIN_LEFT,
    draw: (layout, size) =>
      draw({
        ...size,
        ...frame(),
        marginLeft: MARGIN_LEFT,
        x: { domain, axis: null, nice: false },
        y: { domain: [rows.length + 1.2, -1], axis: null },
        marks: [
          Plot.gridX({ stroke: "var(--grid)", strokeOpacity: 1, ticks: TICKS[layout] / 2 }),
          Plot.ruleX(judged.centre.base === null ? [] : [clip(judged.centre.base)], {
            stroke: "var(--base)",
            strokeDasharray: "6,3",
          }),
          Plot.ruleX(judged.centre.candidate === null ? [] : [clip(judged.centre.candidate)], {
            stroke: "var(--candidate)",
          }),
          Plot.ruleY(torn, {
            y: "place",
            x1: ({ summary }: Row) => clip(summary.lowest),
            x2: ({ summary }: Row) => clip(summary.highest),
            stroke: color,
            strokeDasharray: "1,3",
          }),
          Plot.ruleY(whole, {
            y: "place",
            x1: ({ summary }: Row) => clip(summary.interval![0]),
            x2: ({ summary }: Row) => clip(summary.interval![1]),
            stroke: color,
            strokeWidth: 2,
          }),
          Plot.dot(rows, { x: "value", y: "place", r: 4, fill: color }),
          Plot.axisX({
            label: null,
            tickSize: 4,
            ticks: TICKS[layout] / 2,
            tickFormat: (value: number) => valueTick(value, metric),
          }),
        ],
      }),
    columns: ["run", "side", "value", "entries", "at least", "at most"],
    rows: [...rows].sort((a, b) => a.value - b.value).map(({ side, summary, value }) => ({
      from: (value - domain[0]) / (domain[1] - domain[0]),
      cells: [
        shownText(summary.run, 60),
        side,
        valueText(value, metric),
        valueText(summary.count, { unit: "", kind: "count" }),
        valueText(summary.lowest, metric),
        valueText(summary.highest, metric),
      ],
    })),
  });
}

function rowsOf(summaries: readonly RunSummary[], side: Row["side"], from: number): Row[] {
  return summaries.flatMap((summary) =>
    summary.value === null ? [] : [{ side, summary, value: summary.value }]
  ).slice(0, ROWS_MAX).map((row, at) => ({ ...row, place: from + at }));
}

/** Whether the captures may be compared, and what each run lacks. */
export function captureSection({ comparability }: Judgement, sides: ShownSides): Section {
  const { differences } = comparability;
  return {
    id: "captures",
    title: "Captures",
    content: html`${conditions(differences)}<div class="panels pairs">${
      sideRuns("base", "Base", sides.base)
    }${sideRuns("candidate", "Candidate", sides.candidate)}</div>`,
  };
}

function conditions(differences: readonly Difference[]): Markup {
  if (differences.length === 0) {
    return html`
      <div class="panel">
        <h3>Conditions</h3>
        <p><span class="word good">Both sides were recorded under the same conditions.</span></p>
      </div>
    `;
  }
  const row = ({ what, base, candidate, severity }: Difference) => {
    const meaning = severity === "blocks"
      ? html`<span class="word bad">${icon("bad")}no verdict is possible</span>`
      : html`<span class="word unsure">${icon("unsure")}to be known</span>`;
    return html`
      <tr>
        <th scope="row">${shownText(what, 80)}</th>
        <td class="text">${shownText(base)}</td>
        <td class="text">${shownText(candidate)}</td>
        <td>${meaning}</td>
      </tr>
    `;
  };
  return tablePanel({
    id: "conditions",
    title: "Conditions that differ",
    table: html`<table>${tableHead(["what", "base", "candidate", "what it means"])}<tbody>${
      differences.map(row)
    }</tbody></table>`,
  });
}

function sideRuns(id: string, title: string, { baseline, runs }: ShownSide): Markup {
  return tablePanel({
    id: `runs-${id}`,
    title: baseline === null
      ? title
      : html`${title} <span class="quiet">baseline ${shownText(baseline, 80)}</span>`,
    table: html`<table>${tableHead(["run", "started", "whole?"])}<tbody>${runs.map(runRow)}</tbody></table>`,
  });
}

function runRow({ run, facts }: ShownRun): Markup {
  const lacks = [
    ...(facts.complete ? [] : ["it did not end in order"]),
    ...facts.missing,
    ...facts.warnings,
  ];
  const state = lacks.length === 0
    ? html`<span class="word good">${icon("good")}whole</span>`
    : html`<span class="word bad">${icon("bad")}not whole</span> <small>${
      shownText(lacks.join("; "), 600)
    }</small>`;
  return html`
    <tr>
      <th scope="row">${shownText(run, 80)}</th>
      <td>${facts.started === null ? "–" : shownText(facts.started, 40)}</td>
      <td class="text">${state}</td>
    </tr>
  `;
}
