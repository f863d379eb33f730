/**
 * syslog: RFC 5424, RFC 3164 and the files that daemons write in its form, and `journalctl -o short-iso`.
 *
 * @module
 */
import type { ImportedEntry, Parsed, ParserSettings, RecordParser } from "./imported_entry.ts";
import { severityOfSyslog } from "./severity_names.ts";
import { fractionNs, ISO_GROUPS, ISO_TIME, isoNs, MONTHS } from "./time_text.ts";

const PRIORITY_MAX = 191;
const NIL = "-";
const STRUCTURED = String.raw`-|(?:\[[^\]"]*(?:"(?:[^"\\]|\\.)*"[^\]"]*)*\])+`;
const RFC_5424 = new RegExp(
  String.raw`^<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) (${STRUCTURED})(?: (.*))?$`,
  "s",
);
const PRIORITY = String.raw`(?:<(\d{1,3})>)?`;
const RFC_3164 = new RegExp(
  String.raw`^${PRIORITY}([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))? (\S+) (.*)$`,
  "s",
);
/** A tag is demanded here: a date and a word are the beginning of many logs. */
const ISO = new RegExp(String.raw`^${PRIORITY}${ISO_TIME} (\S+) ([^\s:[]+(?:\[\d+\])?: ?.*)$`, "s");
const TAG = /^[^\s:[]+\[(\d+)\]:/;
const KERNEL = /^kernel: /;
const ISO_WHOLE = new RegExp(`^${ISO_TIME}$`);
const DAY_NS = 86_400_000_000_000n;

/** Lines of syslog. The message keeps its tag, unless that is `kernel`. */
export function syslogParser(settings: ParserSettings): RecordParser {
  const years = new Years(settings);
  return (text) =>
    modern(text, settings) ?? iso(text, settings) ?? years.read(text) ?? "it is no line of syslog";
}

function modern(text: string, { clock }: ParserSettings): Parsed | null {
  const found = RFC_5424.exec(text);
  if (found === null) return null;
  const [, priority, time = "", host, app = NIL, process = NIL, id = NIL, data = NIL, message = ""] = found;
  const groups = ISO_WHOLE.exec(time);
  const ts = groups === null ? null : isoNs(groups.slice(1), clock);
  if (ts === null) return time === NIL ? "it has no time" : `"${time}" is no time`;
  const tag = `${app === NIL ? "" : app}${process === NIL ? "" : `[${process}]`}`;
  const words = [id, data].filter((word) => word !== NIL);
  const body = message.replace(/^\ufeff/, "");
  const head = [tag, ...words].filter((word) => word !== "").join(" ");
  return {
    ts,
    payload: head === "" || (head === "kernel") ? body : `${head}: ${body}`,
    ...originOf(priority),
    ...(/^\d{1,9}$/.test(process) && { pid: Number(process) }),
    ...(host !== undefined && host !== NIL && { host }),
  };
}

function iso(text: string, { clock }: ParserSettings): Parsed | null {
  const found = ISO.exec(text);
  if (found === null) return null;
  const ts = isoNs(found.slice(2, 2 + ISO_GROUPS), clock);
  const [host = "", message = ""] = found.slice(2 + ISO_GROUPS);
  return ts === null ? "there is no such time" : { ts, host, ...contentOf(message), ...originOf(found[1]) };
}

function contentOf(message: string): Pick<ImportedEntry, "payload" | "pid"> {
  const pid = TAG.exec(message)?.[1];
  return {
    payload: message.replace(KERNEL, ""),
    ...(pid !== undefined && pid.length <= 9 && { pid: Number(pid) }),
  };
}

function originOf(priority: string | undefined): Pick<ImportedEntry, "severity" | "remarks"> {
  const number = Number(priority ?? NaN);
  return number <= PRIORITY_MAX ? { severity: severityOfSyslog(number), remarks: number >> 3 } : {};
}

/** Times without a year. */
class Years {
  readonly #settings: ParserSettings;
  #year: number | null;
  #month = 0;

  constructor(settings: ParserSettings) {
    this.#settings = settings;
    this.#year = settings.year;
  }

  read(text: string): Parsed | null {
    const found = RFC_3164.exec(text);
    if (found === null) return null;
    const [, priority, name = "", day, hour, minute, second, fraction, host = "", message = ""] = found;
    const month = MONTHS.indexOf(name) + 1;
    const time = {
      month,
      day: Number(day),
      hour: Number(hour),
      minute: Number(minute),
      second: Number(second),
      ns: fractionNs(fraction),
    };
    const ts = this.#year === null ? this.#newest(time) : this.#next(this.#year, time);
    if (ts === null) return "there is no such time";
    return { ts, host, ...contentOf(message), ...originOf(priority) };
  }

  /** In the last year in which it is not after the log's end. */
  #newest(time: Omit<Parameters<ParserSettings["clock"]["toUnixNs"]>[0], "year">): bigint | null {
    const { clock, newestNs } = this.#settings;
    const { year } = clock.toWallTime(newestNs);
    const ts = clock.toUnixNs({ ...time, year });
    // A day more: clocks of two machines differ, and zones.
    return ts !== null && ts <= newestNs + DAY_NS ? ts : clock.toUnixNs({ ...time, year: year - 1 });
  }

  /** A December that is followed by a January is followed by a new year. */
  #next(year: number, time: Omit<Parameters<ParserSettings["clock"]["toUnixNs"]>[0], "year">): bigint | null {
    if (this.#month - time.month > 6) this.#year = ++year;
    const isBefore = this.#month > 0 && time.month - this.#month > 6;
    if (!isBefore) this.#month = time.month;
    return this.#settings.clock.toUnixNs({ ...time, year: isBefore ? year - 1 : year });
  }
}
