/**
 * What the tests of the parsers share.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import type { ImportedEntry, ParserSettings, RecordParser } from "./imported_entry.ts";
import { LocalClock } from "./local_clock.ts";

/** Settings of a log that was written in the spring of 2026, in UTC. */
export const SETTINGS: ParserSettings = {
  clock: new LocalClock(),
  year: null,
  newestNs: nsOf("2026-03-02T00:00:00Z"),
  startNs: 0n,
  columns: new Map(),
};

/** The path of a sample log. */
export function sample(name: string): string {
  return fromFileUrl(new URL(`./testdata/${name}`, import.meta.url));
}

/** The lines of a sample log. */
export async function linesOf(name: string): Promise<string[]> {
  return (await Deno.readTextFile(sample(name))).trimEnd().split(/\r?\n/);
}

/** Unix time in ns. */
export function nsOf(rfc3339: string): bigint {
  return Temporal.Instant.from(rfc3339).epochNanoseconds;
}

/** What a parser makes of lines: of each the time as RFC 3339, the text and what else it found; or why it is none. */
export function read(parse: RecordParser, lines: readonly string[]): unknown[] {
  return lines.map((line) => {
    const parsed = parse(line);
    return typeof parsed === "string" ? parsed : shown(parsed);
  });
}

function shown({ ts, payload, ...others }: ImportedEntry): unknown[] {
  const time = Temporal.Instant.fromEpochNanoseconds(ts).toString({ fractionalSecondDigits: 9 });
  return [time, payload, others];
}
