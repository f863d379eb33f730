/**
 * The index of the SQL library.
 *
 * @module
 */
import { projectRoot } from "../../runtime/build/place.ts";
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

/** The page, not yet formatted. */
export function renderReadme(objects: readonly LibraryObject[]): string {
  const shown = objects.filter(({ name }) => !name.startsWith("_"));
  const folders = [...new Set(shown.map(({ folder }) => folder))];
  const sections = folders.map((folder) => {
    const within = shown.filter((object) => object.folder === folder);
    return `## ${folder}/\n\n${within.map(renderObject).join("\n")}`;
  });
  return [ABOUT, ...sections].join("\n");
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
