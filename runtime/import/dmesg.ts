/**
 * What `dmesg` prints of the Linux kernel's log: with any of its times, and with levels (`-x`) or raw (`-r`).
 *
 * @module
 */
import type { ImportedEntry, ParserSettings, RecordParser } from "./imported_entry.ts";
import { FACILITIES, LEVELS } from "./syslog_names.ts";
import { severityOfSyslog } from "./severity_names.ts";
import { fractionNs, ISO_GROUPS, isoNs, MONTHS } from "./time_text.ts";

const DECODED = String.raw`(?:([a-z]+\d?) *:([a-z]+) *: )`;
const RAW = String.raw`(?:<(\d{1,3})>)`;
const SINCE_BOOT = String.raw`\[ *(\d+)\.(\d{1,9})(?: <[ +]*[\d.]+>)?\]`;
const CTIME = String.raw`\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})\]`;
/** With a comma, as dmesg writes it: what syslog writes is not taken for it. */
const ISO = String.raw`(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d),(\d{1,9})([+-]\d\d:?\d\d|Z)?`;
const CALLER = String.raw`(?: ?\[ *([TC])(\d+)\])?`;
const LINE = new RegExp(`^(?:${DECODED}|${RAW})?(?:${SINCE_BOOT}|${CTIME}|${ISO})${CALLER} ?(.*)$`, "s");

/** Lines of dmesg. Times since boot count from `startNs`. */
export function dmesgParser({ clock, startNs }: ParserSettings): RecordParser {
  return (text) => {
    const found = LINE.exec(text);
    if (found === null) return "it is no line of dmesg";
    const [facility, level, priority, seconds, fraction, ...rest] = found.slice(1);
    const ctime = rest.slice(0, 6), iso = rest.slice(6, 6 + ISO_GROUPS);
    const [callerKind, caller, message = ""] = rest.slice(6 + ISO_GROUPS);
    const ts = seconds !== undefined
      ? startNs + BigInt(seconds) * 1_000_000_000n + BigInt(fractionNs(fraction))
      : iso[0] !== undefined
      ? isoNs(iso, clock)
      : ctimeNs(ctime, clock);
    if (ts === null) return "there is no such time";
    const origin = priority !== undefined
      ? { severity: severityOfSyslog(Number(priority)), remarks: Number(priority) >> 3 }
      : facility !== undefined && level !== undefined
      ? originOf(facility, level)
      : {};
    if (origin === null) return `"${facility}:${level}" is no facility and level`;
    return { ts, payload: message, ...origin, ...callerOf(callerKind, caller) };
  };
}

function ctimeNs(groups: readonly (string | undefined)[], clock: ParserSettings["clock"]): bigint | null {
  const [month = "", day, hour, minute, second, year] = groups;
  return clock.toUnixNs({
    year: Number(year),
    month: MONTHS.indexOf(month) + 1,
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    ns: 0,
  });
}

function originOf(facility: string, level: string): Pick<ImportedEntry, "severity" | "remarks"> | null {
  const remarks = FACILITIES.indexOf(facility), number = LEVELS.indexOf(level);
  return remarks < 0 || number < 0 ? null : { severity: severityOfSyslog(number), remarks };
}

/** A thread, or in interrupts the processor. */
function callerOf(kind: string | undefined, number: string | undefined): Partial<ImportedEntry> {
  if (kind === "T") return { tid: Number(number) };
  return kind === "C" && Number(number) < 0xffff ? { processor: Number(number) } : {};
}
