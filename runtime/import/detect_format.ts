/**
 * Which form a log has.
 *
 * @module
 */
import { CsvParser } from "./csv.ts";
import { debugviewParser } from "./debugview.ts";
import { dmesgParser } from "./dmesg.ts";
import type { ParserSettings, RecordParser } from "./imported_entry.ts";
import { ndjsonParser } from "./ndjson.ts";
import { syslogParser } from "./syslog.ts";

/** The forms of logs that are read. */
export const IMPORT_FORMATS = ["ndjson", "csv", "dmesg", "syslog", "debugview"] as const;
/** One of {@link IMPORT_FORMATS}. */
export type ImportFormat = typeof IMPORT_FORMATS[number];

/** Makes the parser of a form in which a line is a record. */
export const LINE_PARSERS: Readonly<
  Record<Exclude<ImportFormat, "csv">, (settings: ParserSettings) => RecordParser>
> = {
  ndjson: ndjsonParser,
  dmesg: dmesgParser,
  syslog: syslogParser,
  debugview: debugviewParser,
};

/** The form that most of these first lines of a log have; null where no line has any. */
export function detectFormat(lines: readonly string[], settings: ParserSettings): ImportFormat | null {
  const [first] = lines.filter((line) => line.trim() !== "");
  if (first !== undefined && !first.startsWith("{") && new CsvParser(settings).begin(first)) return "csv";
  const counts = Object.entries(LINE_PARSERS).map(([format, makeParser]) => {
    const parse = makeParser(settings);
    const count = lines.filter((line) => typeof parse(line.replace(/\r$/, "")) !== "string").length;
    return { format: format as ImportFormat, count };
  });
  const best = counts.reduce((most, one) => one.count > most.count ? one : most);
  return best.count > 0 ? best.format : null;
}
