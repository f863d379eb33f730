import { assertEquals, assertThrows } from "@std/assert";
import { parseMoment, resolveMoment } from "./parse_moment.ts";

const ns = (text: string) => Temporal.Instant.from(text).epochNanoseconds;

Deno.test("a time is in UTC unless it has a zone, and keeps its nanoseconds", () => {
  const times: [text: string, instant: string][] = [
    ["2026-03-01T10:15:00Z", "2026-03-01T10:15:00Z"],
    ["2026-03-01 10:15", "2026-03-01T10:15:00Z"],
    ["2026-03-01", "2026-03-01T00:00:00Z"],
    ["2026-03-01T10:15:00.123456789+02:00", "2026-03-01T08:15:00.123456789Z"],
    ["2026-03-01 10:15:00,5", "2026-03-01T10:15:00.5Z"],
    ["9:05", "2026-02-03T09:05:00Z"],
    ["23:59:59.000000001", "2026-02-03T23:59:59.000000001Z"],
  ];
  for (const [text, instant] of times) {
    assertEquals(parseMoment(text, "2026-02-03"), { from: "epoch", ns: ns(instant) }, text);
  }
});

Deno.test("a span is before now, and one with a plus after the beginning", () => {
  assertEquals(parseMoment("10m"), { from: "now", ms: 600_000 });
  assertEquals(parseMoment("+1.5s"), { from: "start", ms: 1500 });
  assertEquals(parseMoment("+0s"), { from: "start", ms: 0 });
  assertEquals(resolveMoment(parseMoment("2s"), 0n, 5_000), 3_000_000_000n);
  assertEquals(resolveMoment(parseMoment("+2s"), 7n), 2_000_000_007n);
  assertEquals(resolveMoment(parseMoment("2001-09-09 01:46:40"), 7n), 1_000_000_000_000_000_000n);
});

Deno.test("what is no moment is refused with what may be written", () => {
  for (const text of ["", "yesterday", "10:75", "2026-13-01", "+", "-5s", "10:15 tomorrow", "5 parsecs"]) {
    assertThrows(() => parseMoment(text), RangeError, `"${text}" is no time: write`);
  }
});
