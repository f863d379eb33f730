import { resolve } from "@std/path";
import { CliError, QueryError } from "../../errors.ts";
import { choice, defineCommand, flag, repeated, text, value } from "../command.ts";
import { applyColor, commonOptions, DEFAULT_DIR, terminalWidth } from "../common_options.ts";
import { formatRows, ROW_FORMATS, type RowFormat, TABLE_ROWS } from "../format_rows.ts";
import { formatCount } from "../format_number.ts";
import type { QueryResult } from "../../store/query_result.ts";
import { checkCaptures } from "../library/library_query.ts";
import { print, printNote, printWarning } from "../output.ts";
import { parseDuration } from "../parse_duration.ts";
import { engineOptions, selectOptions, storeOptions } from "../select/select_entries.ts";
import { describeQueryError } from "../sql/describe_query_error.ts";
import { namedQuery } from "../sql/named_query.ts";
import { printFollowed, ResultPrinter } from "../sql/print_followed.ts";
import { readQuery } from "../sql/read_query.ts";
import { splitOperands } from "../sql/split_operands.ts";

const INTERRUPTED = 130;
const EVERY_MS = 1000;

const options = {
  format: choice("--format <form>", "form of the result", ROW_FORMATS, "table"),
  follow: flag("--follow", "ask again while the captures are being recorded"),
  every: value("--every <time>", "with --follow: from one question to the next (default: 1s)", parseDuration),
  ...selectOptions,
  ...engineOptions,
  file: text("-f, --file <path>", `read the query from a file; "-" is standard input`),
  query: text("--query <name>", "run one of the SQL library: a view, or a macro that gives rows"),
  param: repeated("--param <name=value>", "a parameter of that macro", (given) => given),
  ...commonOptions,
};

const HELP =
  `The last argument is the query, unless it names a capture; every other must name one, by its name below --dir or
by its path. Without a capture the newest one is asked. Several captures show through the same tables; the column
"capture" tells them apart. --json means --format json.

--since, --until, --severity and --processor leave entries out before they are read: logs then holds the others alone, and what
they need not, segments of the capture that hold none of them, is not opened. Counters and gaps stay whole. A <time> is
2026-03-01T10:15:00Z or "2026-03-01 10:15" (UTC), 10:15:30 (today), 10m (so long ago), or +5s (after the capture began).
--follow asks again as the captures grow, until they end or Ctrl-C (exit status 0): on a terminal the table is drawn anew, elsewhere each
result that is another one than before is printed (--json: one line each). It looks at as many of the newest entries as fit into --memory.
What does not fit into --memory is asked of native DuckDB over the capture's Parquet files, where npm's @duckdb/node-api is there.

Without a query, on a terminal, it is a prompt; \\? explains it. --query NAME runs one of the SQL library.

Examples:
  deno task sql --query durations_between --param 'begin_pattern=submit (\\d+)' --param 'end_pattern=done (\\d+)'
  deno task sql "SELECT * FROM latency_by_processor"
  deno task sql boot "SELECT ts, level, message FROM logs WHERE severity >= at_least('warn') ORDER BY idx"
  deno task sql boot --since +10s --until +12s --severity warn "SELECT ts, message FROM logs ORDER BY idx"
  deno task sql --follow "SELECT processor, lost, loss_ratio FROM loss_by_processor"
  deno task sql --format csv boot idle "SELECT capture, cause, sum(lost) FROM gaps GROUP BY ALL"`;

/** A person on both sides: anything else gives its query, or takes its rows, through a pipe or a file. */
function isInteractive(): boolean {
  return Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
}

/** `sql`: asks captures in SQL. */
export const sql = defineCommand({
  name: "sql",
  summary: "Ask captures in SQL",
  usage: "[CAPTURE…] [QUERY]",
  options,
  help: HELP,
  async run(given, { operands }) {
    applyColor(given);
    if (given.every !== undefined && !given.follow) throw new CliError("--every needs --follow");
    const { file } = given;
    const named = await namedQuery(given);
    const dir = resolve(given.dir ?? DEFAULT_DIR);
    const { paths, query: argument } = await splitOperands(
      operands,
      dir,
      file !== undefined || named !== null,
    );
    if (named === null && argument === null && file === undefined && isInteractive()) {
      if (given.follow) throw new CliError("--follow asks one query again: write it as the last argument");
      const { runPrompt } = await import("../prompt/run_prompt.ts");
      return await runPrompt(paths, await storeOptions(given, paths), given);
    }
    // The engine runs in a worker, so the signal is heard during a query; nothing here needs an ordered end.
    Deno.addSignalListener("SIGINT", () => Deno.exit(given.follow ? 0 : INTERRUPTED));
    const query = named ?? { text: argument ?? await readQuery(file), params: [] };

    const { openStore } = await import("../../store/store.ts");
    await using store = await openStore(paths, {
      ...await storeOptions(given, paths),
      follow: given.follow,
    });
    if (!given.quiet) { for (const warning of store.warnings) printWarning(warning); }
    if (named !== null) checkCaptures(named, store.captures.map(({ name }) => name));
    const format = given.json && given.format === "table" ? "json" : given.format;
    try {
      if (given.follow) {
        const printer = new ResultPrinter(format);
        const everyMs = given.every ?? EVERY_MS;
        return await printFollowed(store, query, everyMs, printer, given.quiet);
      }
      return await printOnce(await store.query(query.text, query.params), format);
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      throw new CliError(await describeQueryError(error, query.text, { dir, argument }), { cause: error });
    }
  },
});

async function printOnce(result: QueryResult, format: RowFormat): Promise<number> {
  const open = await print(formatRows(result, format, { width: terminalWidth() }));
  if (open && format === "table" && result.rows.length > TABLE_ROWS) {
    printNote(
      `${formatCount(TABLE_ROWS)} of ${
        formatCount(result.rows.length)
      } rows; --format csv or ndjson prints all`,
    );
  }
  return 0;
}
