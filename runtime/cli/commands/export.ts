import { basename, resolve } from "@std/path";
import type { ExpandedRows } from "../../arrow/expand.ts";
import { CliError, QueryError } from "../../errors.ts";
import {
  type CaptureExport,
  EXPORT_FORMATS,
  exportCapture,
  type ExportFormat,
} from "../../export/export_capture.ts";
import { parseLinkType, USER0 } from "../../export/pcapng.ts";
import { DURATION_DEFAULT, type TraceOptions } from "../../export/trace.ts";
import { isOpen } from "../../live/entry_filter.ts";
import { parsePattern, type Pattern } from "../../live/pattern.ts";
import { isSelective } from "../../store/entry_selection.ts";
import { resolveCapture } from "../../store/folder.ts";
import { defineCommand, flag, optionalChoice, type OptionValues, text, value } from "../command.ts";
import { applyColor, commonOptions, DEFAULT_DIR } from "../common_options.ts";
import { patternOptions, startWhere } from "../entry_filter_options.ts";
import { formatCount, formatSize } from "../format_number.ts";
import { formatRows } from "../format_rows.ts";
import { toJsonValue } from "../format_value.ts";
import { print, printBytes, printNote, printWarning } from "../output.ts";
import { OutputFile } from "../output_file.ts";
import { engineOptions, selectOptions, storeOptions } from "../select/select_entries.ts";
import { oneLine } from "../sql/describe_query_error.ts";
import { newestCapture } from "../sql/split_operands.ts";
import { createStatusLine } from "../status_line.ts";
import { listenForStop } from "../stop_signals.ts";

const INTERRUPTED = 130;
/** How often the status line changes. */
const STATUS_MS = 250;
const ENDINGS: readonly (readonly [RegExp, ExportFormat])[] = [
  [/\.csv$/i, "csv"],
  [/\.(ndjson|jsonl)$/i, "ndjson"],
  [/\.arrows?$/i, "arrow"],
  [/\.parquet$/i, "parquet"],
  [/\.(pcapng|pcap|ntar)$/i, "pcapng"],
  [/\.json$/i, "trace"],
];
const BINARY: readonly ExportFormat[] = ["arrow", "parquet", "pcapng"];

const options = {
  format: optionalChoice(
    "--format <form>",
    "form of the result (default: by the file's ending, else csv)",
    EXPORT_FORMATS,
  ),
  output: text("-o, --output <file>", "write into a file, which is there whole or not at all"),
  force: flag("--force", "replace a file that is there"),
  query: text("--query <sql>", "export the rows of a query: csv or ndjson"),
  ...selectOptions,
  ...patternOptions,
  ...engineOptions,
  type: value("--type <numbers>", "pcapng: only data of these types: 1 or 1,7", parseTypes),
  linkType: value(
    "--link-type <type>",
    "pcapng: what the packets are: ethernet, raw, user0 … or a number (default: user0)",
    parseLinkType,
  ),
  interface: text("--interface <name>", "pcapng: name of the interface (default: ringscope)"),
  tracks: optionalChoice("--tracks <of>", "trace: a track for each thread (default) or processor", [
    "thread",
    "processor",
  ]),
  duration: value(
    "--duration <pattern>",
    `trace: finds how many ns an entry took (default: ${DURATION_DEFAULT.source})`,
    parsePattern,
  ),
  begin: value(
    "--begin <pattern>",
    "trace: finds messages that begin something; the first group tells what",
    parsePattern,
  ),
  end: value("--end <pattern>", "trace: finds messages that end it", parsePattern),
  ...commonOptions,
};
type Given = OptionValues<typeof options>;

const HELP = `Without a name it exports the newest capture, without -o to standard output.

  csv, ndjson     a line an entry, the columns of logs; times as RFC 3339 in UTC with nanoseconds, bytes as hexadecimal
                  digits, integers beyond 2^53 as texts in NDJSON. A text that is not UTF-8 has U+FFFD in its message
                  and its bytes in data.
  arrow, parquet  the columns of logs with their types; arrow is an IPC stream
  pcapng          data as packets, for Wireshark: nanoseconds, processor as queue, the rest as comment; texts have no place
  trace           Chrome's trace JSON, for https://ui.perfetto.dev and chrome://tracing: entries as instants, those
                  with a duration as slices, lost entries as instants of their processor

Patterns are those of tail: a text, or a regular expression between slashes. "import" reads csv and ndjson again.

Examples:
  deno task export boot --format csv -o boot.csv
  deno task export --severity warn --format ndjson | jq .message
  deno task export --format pcapng --type 7 --link-type ethernet -o frames.pcapng
  deno task export -o boot.json --begin "/start (\\w+)/" --end "/done (\\w+)/"
  deno task export --query "SELECT * FROM latency_by_processor" -o latency.csv`;

/** `export`: a capture in the form of another tool. */
export const exportCommand = defineCommand({
  name: "export",
  summary: "Write a capture in the form of another tool",
  usage: "[CAPTURE]",
  options,
  help: HELP,
  async run(given, { operands }) {
    applyColor(given);
    if (operands.length > 1) {
      throw new CliError(`export writes one capture, and ${operands.length} are named`);
    }
    const format = chooseFormat(given);
    checkOptions(given, format);
    using stop = listenForStop({ onInsist: () => Deno.exit(INTERRUPTED) });
    // What goes to standard output needs no ordered end, and its reader may stand still.
    if (given.output === undefined) stop.signal.addEventListener("abort", () => Deno.exit(INTERRUPTED));
    const dir = resolve(given.dir ?? DEFAULT_DIR);
    const [name] = operands;
    const path = name === undefined ? await newestCapture(dir) : await resolveCapture(name, dir);
    await using file = given.output === undefined
      ? null
      : await OutputFile.begin(resolve(given.output), given.force);
    try {
      if (given.query === undefined) await exportEntries(path, format, given, file, stop.signal);
      else await exportQuery(path, format, given.query, given, file, stop.signal);
    } catch (error) {
      if (stop.signal.aborted) return INTERRUPTED;
      throw error;
    }
    return 0;
  },
});

async function exportEntries(
  path: string,
  format: ExportFormat,
  given: Given,
  file: OutputFile | null,
  signal: AbortSignal,
): Promise<void> {
  using where = given.where === undefined ? null : await startWhere(given.where, basename(path));
  const { selection = {} } = await storeOptions(given, [path]);
  const conditions = {
    match: given.match,
    exclude: given.exclude,
    where: where === null ? undefined : (rows: ExpandedRows) => where.matching(rows),
  };
  const isFiltered = isSelective(selection) || !isOpen({ processors: [], ...conditions });
  const trace: Partial<TraceOptions> = {
    tracks: given.tracks ?? "thread",
    duration: given.duration ?? DURATION_DEFAULT,
    span: spanOf(given),
  };
  const packets = {
    types: given.type ?? [],
    linkType: given.linkType ?? USER0,
    interfaceName: given.interface ?? "ringscope",
  };
  const exported = exportCapture(path, { format, selection, conditions, trace, packets, signal });
  const bytes = await writeAll(exported, file, { quiet: given.quiet, isFiltered });
  if (bytes === null) return;
  if (!given.quiet) tellOf(exported, format);
  const { entries, leftOut, lost } = exported.counts;
  const facts = {
    entries,
    left_out: leftOut,
    lost: toJsonValue(lost, "UBIGINT"),
    warnings: exported.warnings,
  };
  await tellFile(file, format, `${formatCount(entries)} entries`, bytes, facts, given);
}

/** Bytes that were written; null where the reader of standard output has gone. */
async function writeAll(
  exported: CaptureExport,
  file: OutputFile | null,
  { quiet, isFiltered }: { quiet: boolean; isFiltered: boolean },
): Promise<number | null> {
  const status = createStatusLine({ enabled: !quiet && (file !== null || !Deno.stdout.isTerminal()) });
  let bytes = 0, shownAt = performance.now();
  try {
    for await (const piece of exported) {
      if (file !== null) await file.write(piece);
      else if (!await printBytes(piece)) return null;
      bytes += piece.length;
      if (performance.now() - shownAt < STATUS_MS) continue;
      shownAt = performance.now();
      const { entries, total } = exported.counts;
      const of = isFiltered || total === 0 ? "" : ` of ${formatCount(total)}`;
      status.show(`exporting · ${formatCount(entries)}${of} entries · ${formatSize(bytes)}`);
    }
    await file?.commit();
    return bytes;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new CliError(`--where cannot be evaluated: ${error.message.replace(/\s*\n\s*/g, " ")}`, {
      cause: error,
    });
  } finally {
    status.clear();
  }
}

function tellOf({ counts, warnings }: CaptureExport, format: ExportFormat): void {
  for (const warning of warnings) printWarning(warning);
  if (counts.leftOut > 0) {
    const count = formatCount(counts.leftOut);
    printNote(
      `${count} entries have no place in ${format} and were left out: texts, and data of other types`,
    );
  }
  if (counts.lost > 0n && format !== "trace") {
    const count = formatCount(counts.lost);
    printNote(`the capture lost ${count} entries, of which the file says nothing; see the view gaps`);
  }
}

/** Says which file was written, where one was. */
async function tellFile(
  file: OutputFile | null,
  format: ExportFormat,
  content: string,
  bytes: number,
  facts: Readonly<Record<string, unknown>>,
  { json, quiet }: Given,
): Promise<void> {
  if (file === null) return;
  if (json) await print(`${JSON.stringify({ file: file.path, format, bytes, ...facts }, null, 2)}\n`);
  else if (!quiet) printNote(`${file.path}: ${content}, ${formatSize(bytes)}`);
}

async function exportQuery(
  path: string,
  format: ExportFormat,
  query: string,
  given: Given,
  file: OutputFile | null,
  signal: AbortSignal,
): Promise<void> {
  const { openStore } = await import("../../store/store.ts");
  await using store = await openStore([path], { ...await storeOptions(given, [path]), signal });
  if (!given.quiet) { for (const warning of store.warnings) printWarning(warning); }
  let result;
  try {
    result = await store.query(query, [], { signal });
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new CliError(oneLine(error.message, query), { cause: error });
  }
  const encoder = new TextEncoder();
  let bytes = 0;
  for (const line of formatRows(result, format === "csv" ? "csv" : "ndjson")) {
    const piece = encoder.encode(line);
    if (file !== null) await file.write(piece);
    else if (!await printBytes(piece)) return;
    bytes += piece.length;
  }
  await file?.commit();
  const rows = result.rows.length;
  await tellFile(file, format, `${formatCount(rows)} rows`, bytes, { rows }, given);
}

function chooseFormat({ format, output }: Given): ExportFormat {
  const byEnding = ENDINGS.find(([ending]) => output !== undefined && ending.test(output))?.[1];
  const chosen = format ?? byEnding;
  if (chosen === undefined && output !== undefined) {
    throw new CliError(
      `--format is missing: the ending of ${output} tells none of ${EXPORT_FORMATS.join(", ")}`,
    );
  }
  if (output === undefined && BINARY.some((one) => one === chosen) && Deno.stdout.isTerminal()) {
    throw new CliError(`${chosen} is not for terminals: name a file with -o`);
  }
  return chosen ?? "csv";
}

function checkOptions(given: Given, format: ExportFormat): void {
  const own: Readonly<Partial<Record<ExportFormat, readonly (keyof Given)[]>>> = {
    pcapng: ["type", "linkType", "interface"],
    trace: ["tracks", "duration", "begin", "end"],
  };
  for (const [of, names] of Object.entries(own)) {
    const useless = names.find((name) => given[name] !== undefined);
    if (of !== format && useless !== undefined) {
      throw new CliError(`${options[useless].flags.split(" ")[0]} is for ${of}, and the format is ${format}`);
    }
  }
  if (given.json && given.output === undefined) {
    throw new CliError("--json tells of the file that -o names; --format ndjson writes the entries as JSON");
  }
  if ((given.begin === undefined) !== (given.end === undefined)) {
    throw new CliError("--begin and --end belong together: one finds what begins, the other what ends");
  }
  if (given.query === undefined) return;
  if (format !== "csv" && format !== "ndjson") {
    throw new CliError(`--query is exported as csv or ndjson, and the format is ${format}`);
  }
  if (given.where !== undefined || given.match.length + given.exclude.length > 0) {
    throw new CliError(
      "--query chooses its rows itself: write what --match, --exclude and --where say into it",
    );
  }
}

function spanOf({ begin, end }: Given): { begin: Pattern; end: Pattern } | null {
  return begin === undefined || end === undefined ? null : { begin, end };
}

function parseTypes(given: string): number[] {
  return given.split(",").map((one) => {
    if (/^\s*\d{1,10}\s*$/.test(one) && Number(one) <= 0xffff_ffff) return Number(one);
    throw new RangeError(`"${one}" is no type of data: write 1 or 1,7`);
  });
}
