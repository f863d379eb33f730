import { assertEquals, assertThrows } from "@std/assert";
import { LocalClock } from "./local_clock.ts";
import { nsOf } from "./test_support.ts";
import { parseTime } from "./time_text.ts";

const UTC = new LocalClock();

Deno.test("ISO times are read with every separator, fraction and zone", () => {
  for (
    const [text, expected] of [
      ["2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"],
      ["2026-03-01 10:00", "2026-03-01T10:00:00Z"],
      ["2026-03-01 10:00:00,123456789", "2026-03-01T10:00:00.123456789Z"],
      ["2026-03-01T10:00:00.1234567891", "2026-03-01T10:00:00.123456789Z"],
      ["2026-03-01T10:00:00.5 -0730", "2026-03-01T17:30:00.5Z"],
      ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"],
      ["1969-12-31T23:59:59.9Z", "1969-12-31T23:59:59.9Z"],
    ] as const
  ) assertEquals(parseTime(text, UTC), nsOf(expected), text);
  for (
    const text of ["", "now", "2026-02-29T10:00:00", "2026-13-01T10:00:00", "2026-03-01T10:61:00", "10:00:00"]
  ) {
    assertEquals(parseTime(text, UTC), null, text);
  }
});

Deno.test("the size of a number tells its unit, and no digit is lost", () => {
  const expected = nsOf("2026-03-01T10:00:00Z");
  for (const text of ["1772359200", "1772359200000", "1772359200000000", "1772359200000000000"]) {
    assertEquals(parseTime(text, UTC), expected, text);
  }
  assertEquals(parseTime("1772359200.000000001", UTC), expected + 1n);
  assertEquals(parseTime("1772359200000.5", UTC), expected + 500_000n);
  assertEquals(parseTime("-1.5", UTC), -1_500_000_000n);
});

Deno.test("a zone's own times go with its summers", () => {
  const berlin = new LocalClock("Europe/Berlin");
  assertEquals(parseTime("2026-03-29 01:59:59", berlin), nsOf("2026-03-29T00:59:59Z"));
  assertEquals(parseTime("2026-03-29 03:00:00", berlin), nsOf("2026-03-29T01:00:00Z"));
  assertEquals(parseTime("2026-07-01 12:00:00", new LocalClock("-03:30")), nsOf("2026-07-01T15:30:00Z"));
  assertThrows(() => new LocalClock("Atlantis"), RangeError, `"Atlantis" is no time zone`);
});
