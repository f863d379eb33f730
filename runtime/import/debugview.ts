/**
 * The log that DebugView saves: a number, a time since the start or of the day, for programs their process in brackets, and the text.
 *
 * @module
 */
import type { ParserSettings, RecordParser } from "./imported_entry.ts";
import { fractionNs } from "./time_text.ts";

const GAP = String.raw`(?:\t| +)`;
const ELAPSED = String.raw`(\d+)\.(\d+)`;
const CLOCK = String.raw`(\d{1,2}):(\d\d):(\d\d)(?:[.,:](\d{1,9}))?(?: ?([AaPp])\.?[Mm]\.?)?`;
const LINE = new RegExp(`^\\d+${GAP}(?:${ELAPSED}|${CLOCK})(?:${GAP}(?:\\[(\\d{1,9})\\] ?)?(.*))?$`, "s");
const HALF_DAY_NS = 43_200_000_000_000n;

/** Lines of DebugView. Elapsed times count from `startNs`; times of the day begin on its day and go on after midnight. */
export function debugviewParser({ clock, startNs }: ParserSettings): RecordParser {
  let days = 0, lastNs: bigint | null = null;
  const first = clock.toWallTime(startNs);
  const onDay = (time: { hour: number; minute: number; second: number; ns: number }) => {
    const date = new Date(Date.UTC(first.year, first.month - 1, first.day + days));
    return clock.toUnixNs({
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      ...time,
    });
  };
  return (text) => {
    const found = LINE.exec(text);
    if (found === null) return "it is no line of DebugView";
    const [, seconds, fraction, hour, minute, second, ofSecond, half, pid, message = ""] = found;
    const facts = { payload: message, ...(pid !== undefined && { pid: Number(pid) }) };
    if (seconds !== undefined) {
      return { ts: startNs + BigInt(seconds) * 1_000_000_000n + BigInt(fractionNs(fraction)), ...facts };
    }
    const time = {
      hour: hourOf(Number(hour), half),
      minute: Number(minute),
      second: Number(second),
      ns: fractionNs(ofSecond),
    };
    let ts = onDay(time);
    if (ts !== null && lastNs !== null && lastNs - ts > HALF_DAY_NS) {
      days++;
      ts = onDay(time);
    }
    if (ts === null) return "there is no such time";
    lastNs = ts;
    return { ts, ...facts };
  };
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  return hour % 12 + (half.toLowerCase() === "p" ? 12 : 0);
}
