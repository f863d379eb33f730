import { basename, resolve } from "@std/path";
import { CliError, QueryError } from "../../errors.ts";
import type { EntryConditions } from "../../live/entry_filter.ts";
import { parsePattern } from "../../live/pattern.ts";
import { Tail, type TailItem } from "../../live/tail.ts";
import { LEVELS, severityOf } from "../../log_entry.ts";
import { readCaptureInfo, resolveCapture } from "../../store/folder.ts";
import { defineCommand, flag, optionalChoice, repeated, value } from "../command.ts";
import { applyColor, commonOptions, DEFAULT_DIR } from "../common_options.ts";
import { patternOptions, startWhere } from "../entry_filter_options.ts";
import { print, printNote, printWarning } from "../output.ts";
import { parseProcessors } from "../select/parse_processors.ts";
import { newestCapture } from "../sql/split_operands.ts";
import { listenForStop } from "../stop_signals.ts";
import { filterJson, type FilterSet, joinFilters } from "../tail/filter_set.ts";
import { formatLine, type LineStyle } from "../tail/format_line.ts";
import { HIGHLIGHTS_MAX } from "../tail/highlight.ts";
import { jsonLine } from "../tail/json_line.ts";
import { filterFolder, listFilters, loadFilter, parseFilterName, saveFilter } from "../tail/saved_filters.ts";
import { summarize } from "../tail/summarize.ts";
import { TIME_FORMS, TimeColumn } from "../tail/time_column.ts";

const LINES = 10;

const options = {
  lines: value(
    "-n, --lines <count>",
    `begin with so many of the newest entries (default: ${LINES})`,
    parseCount,
  ),
  follow: { ...flag("--no-follow", "end behind the newest entry"), fallback: true },
  severity: optionalChoice("--severity <level>", "only entries at least as severe", LEVELS),
  processor: value("--processor <numbers>", "only of these processors: 0 or 0,2", parseProcessors),
  ...patternOptions,
  highlight: repeated(
    "--highlight <pattern>",
    `colour what this finds; up to ${HIGHLIGHTS_MAX}`,
    parsePattern,
  ),
  time: optionalChoice(
    "--time <form>",
    "time of the day in UTC (default), since the start, or since the line before",
    TIME_FORMS,
  ),
  save: value("--save <name>", "keep these filters under a name", parseFilterName),
  filter: value("--filter <name>", "use the filters of a name, and those given here", parseFilterName),
  filters: flag("--filters", "list the names, and end"),
  ...commonOptions,
};

const HELP =
  `Without a name it shows the newest capture. A capture that is being recorded is followed to its end; Ctrl-C ends tail, not the
capture. Each line has the time, the processor, the level, pid:tid of the writer, and the message or the first bytes of the data.
A line LOST stands where entries are missing, with their number and the cause.

A <pattern> is a text, found exactly as it is written, or a regular expression between slashes: /time.?out/, /timeout/i for any case. Of
data the hexadecimal digits are searched. --json prints one object a line, with the columns of logs; holes have the kind "gap".

Examples:
  deno task tail
  deno task tail boot --no-follow --lines 100 --severity warn
  deno task tail --match /time.?out/i --exclude heartbeat --highlight disk0
  deno task tail --where "message LIKE 'open%' AND latency_ns > 1000000" --save slow-opens`;

/** `tail`: the newest entries, and those that come. */
export const tail = defineCommand({
  name: "tail",
  summary: "Show the newest entries and follow a capture",
  usage: "[CAPTURE]",
  options,
  help: HELP,
  async run(given, { operands }) {
    applyColor(given);
    if (given.filters) return await showFilters(given.json);
    if (operands.length > 1) throw new CliError(`tail shows one capture, and ${operands.length} are named`);
    let tellEnd = () => {};
    using stop = listenForStop({ onInsist: () => Deno.exit(0) });
    // At once, also where somebody who reads what is printed does not read on.
    stop.signal.addEventListener("abort", () => {
      tellEnd();
      Deno.exit(0);
    });
    const set = await chooseFilters({ ...given, processor: given.processor ?? [] }, given.filter);
    const dir = resolve(given.dir ?? DEFAULT_DIR);
    const [name] = operands;
    const path = name === undefined ? await newestCapture(dir) : await resolveCapture(name, dir);
    using where = set.where === undefined ? null : await startWhere(set.where, basename(path));
    if (given.save !== undefined) {
      const file = await saveFilter(given.save, set);
      if (!given.quiet) printNote(`saved the filter ${given.save} in ${file}`);
    }
    const conditions: EntryConditions = {
      severity: set.severity === undefined ? undefined : severityOf(set.severity),
      processors: set.processor,
      match: set.match,
      exclude: set.exclude,
      where: where === null ? undefined : (rows) => where.matching(rows),
    };
    const shown = new Tail(path, { lines: given.lines ?? LINES, follow: given.follow, conditions });
    tellEnd = () => {
      const line = summarize(shown.counts);
      if (line !== null && !given.quiet) printNote(line);
    };
    const format = given.json
      ? (item: TailItem) => jsonLine(item, basename(path))
      : lineFormat(await lineStyle(path, set));
    const isOpen = await printAll(shown, format);
    if (isOpen && !given.quiet) {
      if (shown.isCut) printNote("older entries were not searched; sql finds all that match");
      for (const warning of shown.warnings) printWarning(warning);
    }
    tellEnd();
    return 0;
  },
});

/** What the command line asks for, together with a kept set. */
async function chooseFilters(own: FilterSet, kept: string | undefined): Promise<FilterSet> {
  const set = kept === undefined ? own : joinFilters(await loadFilter(kept), own);
  if (set.highlight.length <= HIGHLIGHTS_MAX) return set;
  throw new CliError(`--highlight has ${HIGHLIGHTS_MAX} colours, and ${set.highlight.length} are asked for`);
}

async function printAll(shown: Tail, format: (item: TailItem) => string): Promise<boolean> {
  try {
    for await (const items of shown.items()) {
      if (!await print(Iterator.from(items).map(format))) return false;
    }
    return true;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new CliError(`--where cannot be evaluated: ${error.message.replace(/\s*\n\s*/g, " ")}`, {
      cause: error,
    });
  }
}

function lineFormat(style: LineStyle): (item: TailItem) => string {
  return (item) => formatLine(item, style);
}

async function lineStyle(path: string, { time = "clock", highlight }: FilterSet): Promise<LineStyle> {
  const { started, processors, ringCount } = await readCaptureInfo(path);
  const startNs = started === null ? 0n : Temporal.Instant.from(started).epochNanoseconds;
  return {
    time: new TimeColumn(time, startNs),
    processorWidth: String(Math.max(processors, ringCount, 1) - 1).length,
    highlights: highlight,
  };
}

async function showFilters(json: boolean): Promise<number> {
  const names = await listFilters();
  if (json) {
    const sets = await Promise.all(
      names.map(async (name) => ({ name, ...filterJson(await loadFilter(name)) })),
    );
    await print(`${JSON.stringify(sets, null, 2)}\n`);
  } else if (names.length === 0) {
    printNote(`no filter is saved in ${filterFolder()} yet: --save NAME keeps one`);
  } else await print(names.map((name) => `${name}\n`));
  return 0;
}

function parseCount(given: string): number {
  const count = Number(given);
  if (/^\d+$/.test(given) && Number.isSafeInteger(count)) return count;
  throw new RangeError(`"${given}" is no number of lines`);
}
