/**
 * The index of the SQL library.
 *
 * @module
 */
import { projectRoot } from "../../runtime/build/place.ts";
import type { MetricFile } from "../../runtime/compare/metrics/parse_metric.ts";
import type { LibraryObject } from "../../runtime/cli/library/library_objects.ts";

const ABOUT = `# The SQL library

Every store loads these views and macros, so they are there in \`deno task sql\`, in scripts, and over one capture or
many. This page is generated from the comments in the database:

    deno run --allow-read --allow-write --allow-env --allow-sys --allow-run tests/queries/write_readme.ts

## The five questions to try first

May these numbers be trusted, and if not, why not?

\`\`\`sql
SELECT trustworthy, reasons FROM capture_health;
\`\`\`

What went wrong, and what was logged around it on all processors?

\`\`\`sql
SELECT error_idx, offset_entries, processor, level, message FROM errors_with_context(level := 'warn');
\`\`\`

What is logged most, numbers and addresses left aside?

\`\`\`sql
SELECT entries, template FROM message_templates ORDER BY entries DESC LIMIT 20;
\`\`\`

When was much more logged than usual, and when nothing at all?

\`\`\`sql
SELECT ts, duration_ns, entries FROM bursts UNION ALL SELECT ts, duration_ns, 0 FROM silences ORDER BY ts;
\`\`\`

How long did it take from a request to its completion? The two patterns are yours.

\`\`\`sql
SELECT key, duration_ns, message FROM durations_between('submit id=(\\d+)', 'done id=(\\d+)') ORDER BY duration_ns DESC LIMIT 20;
\`\`\`

\`deno task queries NAME\` explains what each of them gives, \`deno task sql --query NAME\` runs it, and at the prompt
(\`deno task sql\`) it is \`\\d NAME\`.

## How to read it

Times are TIMESTAMP_NS in UTC, durations BIGINT in nanoseconds with names that end in \`_ns\`, unknown is NULL. Where a view
shows several captures, every row says which one it is about. \`SELECT comment FROM duckdb_views()\` and
\`duckdb_columns()\` tell the same as this page.

## Adding to it

One file defines one view or macro and bears its name. \`prelude/\` comes first, \`health/\` last, the other folders
between them by name; files of a folder in the order of their names. Names that begin with \`_\` are internal: they may
change at any time. The library stands on internal objects of the store, \`_entries\`, \`_snapshots\`, \`_gaps\`,
\`_processes\`, \`_threads\`, \`_write_cost\`, \`_sites\` and \`_captures\` ([runtime/store/README.md](../runtime/store/README.md)). Keywords are upper case, one CTE per step, no
\`SELECT *\`. Each object and each column of a public view has its \`COMMENT ON\` with grain and unit, and a test in
\`tests/queries/\`.
`;

const METRICS = `## metrics/

What \`ringscope compare\` measures in each run. A metric is a file with one SELECT, which is asked of the store of one capture at a
time, and a comment before it that says what the rows mean. Files in a folder of your own (\`--metrics\`) are metrics too; one of a
name that is here stands for it, so that a copy with another \`smallest effect\` is all it takes to change that:

\`\`\`text
-- Why it is there, in some sentences.
--
-- title: time of an open
-- unit: ns
-- kind: quantile 0.99
-- better: lower
-- smallest effect: 7 %, 100
-- dimensions: path
-- gate: yes
-- at least: 500
-- loss: hides
SELECT path, ts, ns AS value
FROM event_open;
\`\`\`

| key | says | the SELECT has |
| --- | --- | --- |
| \`title\` | words for people | |
| \`unit\` | of its values; none for pure numbers | |
| \`kind\` | \`quantile 0.99\`: of many values | \`ts\` and \`value\`, one row each |
| | \`rate\`: events a second | \`count\`, and \`exposure_ns\` where it is not the whole recording |
| | \`ratio\`: cases among trials | \`count\` and \`trials\` |
| | \`count\`: things in a run | \`count\` |
| | \`value\`: any other number | \`value\`, and \`count\` where it is made of many |
| \`better\` | \`lower\`, \`higher\`, or \`same\`: a shift either way is worse | |
| \`smallest effect\` | the shift that matters: of the base (\`5 %\`), in the unit (\`100\`), of a rate or ratio in events of a run of the base (\`5 events\`), or several, which each have to be reached | |
| \`dimensions\` | columns that split it: each of their values is judged by itself | these columns |
| \`gate\` | \`yes\`: it decides; \`no\`: it informs | |
| \`at least\` | what \`count\` a run needs (of a quantile, rows); where no run has it, the metric is left out, and said to be | |
| \`loss\` | what a lost entry can have done to the value | |
| | \`counted\`: nothing, it comes from counters that know what is lost | |
| | \`hides\`: it was one value or case more; of a \`value\`, it made it as much as its \`range\` allows | |
| | \`joins\`: two of them also made one false value of two, as the end of a span and the begin of the next | |
| \`range\` | what values there can be: \`0 to 1\` | |
| \`absent\` | the value of a run that has no row for a dimension that others have: \`0\` | |

A comparison takes each value at its worst: with the entries that are missing at either end. What is wrong in a file is told with
file, line and reason before anything is measured.
`;

/** The page, not yet formatted. */
export function renderReadme(objects: readonly LibraryObject[], metrics: readonly MetricFile[]): string {
  const shown = objects.filter(({ name }) => !name.startsWith("_"));
  const folders = [...new Set(shown.map(({ folder }) => folder))];
  const sections = folders.map((folder) => {
    const within = shown.filter((object) => object.folder === folder);
    return `## ${folder}/\n\n${within.map(renderObject).join("\n")}`;
  });
  return [ABOUT, ...sections, renderMetrics(metrics)].join("\n");
}

/** The metrics are no objects of the database: their files tell. */
function renderMetrics(metrics: readonly MetricFile[]): string {
  const rows = metrics.map(({ metric, about }) => {
    const { name, title, unit, better, gate } = metric;
    const cells = [
      `\`${name}\``,
      title,
      unit === "" ? "" : unit,
      better,
      effectOf(metric),
      gate ? "yes" : "no",
      escape(about),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    METRICS,
    "| metric | what | unit | better | smallest effect | gate | why |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function effectOf({ smallestEffect: { relative, absolute, events }, unit }: MetricFile["metric"]): string {
  const parts = [
    ...(relative === undefined ? [] : [`${Number((100 * relative).toPrecision(3))} %`]),
    ...(absolute === undefined ? [] : [`${absolute}${unit === "" ? "" : ` ${unit}`}`]),
    ...(events === undefined ? [] : [`${events} events`]),
  ];
  return parts.join(" and ");
}

function renderObject({ kind, name, comment, columns, parameters }: LibraryObject): string {
  if (kind !== "view") return `### \`${name}(${parameters.join(", ")})\`\n\n${escape(comment)}\n`;
  const rows = columns.map((column) => `| \`${column.name}\` | ${column.type} | ${escape(column.comment)} |`);
  return [
    `### \`${name}\``,
    "",
    escape(comment),
    "",
    "| column | type | |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join(
    "\n",
  );
}

/** A comment as Markdown: names with underscores and calls are code, and nothing else is more than it says. */
function escape(comment: string | null): string {
  return (comment ?? "").replaceAll(/[<|*]/g, (mark) => `\\${mark}`)
    .replaceAll(/\b[a-z0-9]+(?:_[a-z0-9]+)+\b(?:\('[^']*'\))?/g, (name) => `\`${name}\``);
}

/** As `deno fmt` leaves it. */
export async function formatText(text: string, form: "md" | "ts"): Promise<string> {
  const formatter = new Deno.Command(Deno.execPath(), {
    args: ["fmt", `--ext=${form}`, "-"],
    cwd: projectRoot(),
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = formatter.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { code, stdout } = await formatter.output();
  if (code !== 0) {
    throw new Error(`cannot format what was written from the SQL library: deno fmt ended with ${code}`);
  }
  return new TextDecoder().decode(stdout);
}
