import { assertEquals } from "@std/assert";
import { basename } from "@std/path";
import { listQueryFiles, queriesFolder } from "../../runtime/store/sql_library.ts";
import { readLibrary } from "../../runtime/cli/library/library_objects.ts";
import { readMetrics } from "../../runtime/compare/metrics/read_metrics.ts";
import { openLibrary } from "./open_library.ts";
import { makeBatch, makeGaps } from "../support/make_capture.ts";
import { formatText, renderReadme } from "./render_readme.ts";
import { renderTables } from "./render_tables.ts";
import { TABLES_FILE } from "./write_readme.ts";

const library = await openLibrary({});
const objects = await readLibrary((query) => library.rows(query));
const isPublic = ({ name }: { name: string }) => !name.startsWith("_");

Deno.test("every file of the library defines the view or macro of its name, and nothing else", async () => {
  const files = (await listQueryFiles()).map((file) => basename(file, ".sql"));
  assertEquals(objects.map(({ name }) => name), files);
});

Deno.test("the library has the names of the contract", () => {
  const names = new Set(objects.filter(isPublic).map(({ name }) => name));
  const contract = [
    ...["logs", "rings", "gaps", "captures", "at_least", "latency_by_processor", "loss_by_processor"],
    ...["rate_by_processor", "accounting", "order_violations", "capture_health", "latency_over_time"],
    ...[
      "level_counts",
      "top_messages",
      "message_templates",
      "bursts",
      "silences",
      "processor_skew",
      "loss_over_time",
      "write_cost",
    ],
    ...["bucket", "percentile_ns", "intervals_overlap", "durations_between", "entries_around"],
  ];
  assertEquals(contract.filter((name) => !names.has(name)), []);
});

Deno.test("every view and macro is documented in the database", () => {
  assertEquals(objects.filter(({ comment }) => !comment).map(({ name }) => name), []);
});

Deno.test("every column of every public view is documented in the database", () => {
  const columns = objects.filter(isPublic).flatMap(({ name, columns }) =>
    columns.map((column) => ({ ...column, name: `${name}.${column.name}` }))
  );
  assertEquals(columns.length > 100, true);
  assertEquals(columns.filter(({ comment }) => !comment).map(({ name }) => name), []);
});

Deno.test("every public view says what one row of it is", () => {
  const views = objects.filter(isPublic).filter(({ kind }) => kind === "view");
  assertEquals(
    views.filter(({ comment }) => !comment?.startsWith("One row per ")).map(({ name }) => name),
    [],
  );
});

Deno.test("every duration is a BIGINT, says that it is in ns, and every time is a TIMESTAMP_NS in UTC", () => {
  const columns = objects.filter(isPublic).flatMap(({ columns }) => columns);
  const durations = columns.filter(({ name }) => name.endsWith("_ns"));
  const times = columns.filter(({ name }) =>
    /(^|_)ts$/.test(name) || ["started", "stopped", "start", "end", "retired_until"].includes(name)
  );
  assertEquals(durations.length > 5 && times.length > 5, true);
  assertEquals(
    durations.filter(({ type, comment }) => type !== "BIGINT" || !/\bns\b/.test(comment ?? "")),
    [],
  );
  assertEquals(
    times.filter(({ type, comment }) => type !== "TIMESTAMP_NS" || !/\bUTC\b/.test(comment ?? "")),
    [],
  );
});

Deno.test("every view answers over a store without captures, and without entries", async () => {
  const views = objects.filter(({ kind }) => kind === "view").map(({ name }) => name);
  for (const view of views) assertEquals(await library.rows(`SELECT count(*) FROM ${view}`), [[0n]], view);
  const empty = await openLibrary({ empty: {} });
  const counts: unknown[][] = [];
  for (const view of views) counts.push([view, (await empty.rows(`SELECT count(*) FROM ${view}`))[0]![0]]);
  assertEquals(counts.filter(([, count]) => count !== 0n), [
    ["captures", 1n],
    ["_health_reasons", 1n],
    ["capture_health", 1n],
  ]);
});

Deno.test("queries/README.md is what the database says; `deno run tests/queries/write_readme.ts` writes it", async () => {
  const stored = await Deno.readTextFile(`${queriesFolder()}/README.md`);
  assertEquals(stored, await formatText(renderReadme(objects, await readMetrics()), "md"));
});

Deno.test("the types of the rows are what the database says; the same program writes them", async () => {
  assertEquals(await Deno.readTextFile(TABLES_FILE), await formatText(renderTables(objects), "ts"));
});

Deno.test("the five questions of the page get answers", async () => {
  const page = await Deno.readTextFile(`${queriesFolder()}/README.md`);
  const questions = [...page.matchAll(/^```sql\n([^]*?)^```$/gm)].map(([, query = ""]) => query);
  assertEquals(questions.length, 5);
  for (const question of questions) await library.rows(question);
});

Deno.test("a column that can be NULL says so", async () => {
  const odd = await openLibrary({
    empty: {},
    // Entries that nobody counted, of which nobody knows when they were read; holes without neighbours; data.
    odd: {
      logs: [[makeBatch([
        { idx: 0, seq: 0, ticks: 0, severity: 5, payload: "begin id=1", pid: 7, tid: 8 },
        { idx: 1, seq: 1, ticks: 1, kind: "data", payload: Uint8Array.of(1) },
      ], { rounds: [{ rows: 2, readTicks: 0n }] })]],
      gaps: [makeGaps([{ processor: 3, cause: "corrupt", lost: 1 }], 0)],
    },
    cut: { logs: [[makeBatch([], { counters: [{}] })]], info: { complete: false, stopped: null } },
  });
  const undocumented: string[] = [];
  for (const { name, columns } of objects.filter(isPublic).filter(({ kind }) => kind === "view")) {
    const counts = columns.map((column) => `count(*) FILTER ("${column.name}" IS NULL)`).join(", ");
    const [nulls] = await odd.rows(`SELECT ${counts} FROM ${name}`);
    columns.forEach((column, at) => {
      if (nulls![at] !== 0n && !/\bNULL\b/.test(column.comment ?? "")) {
        undocumented.push(`${name}.${column.name}`);
      }
    });
  }
  assertEquals(undocumented, []);
});
