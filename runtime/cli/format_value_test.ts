import { assertEquals } from "@std/assert";
import { formatMoment, toJsonValue } from "./format_value.ts";

Deno.test("a moment has nine digits of a second, also before 1970", () => {
  assertEquals(formatMoment(0n, 9), "1970-01-01T00:00:00.000000000Z");
  assertEquals(formatMoment(-1n, 9), "1969-12-31T23:59:59.999999999Z");
  assertEquals(formatMoment(-1_000_000_000n, 9), "1969-12-31T23:59:59.000000000Z");
  assertEquals(formatMoment(1_700_000_000_000_000_001n, 9), "2023-11-14T22:13:20.000000001Z");
});

Deno.test("each type of time is read in its own unit and shown with its own digits", () => {
  assertEquals(toJsonValue(1_700_000_000_000_001n, "TIMESTAMP"), "2023-11-14T22:13:20.000001Z");
  assertEquals(toJsonValue(1_700_000_000_001n, "TIMESTAMP_MS"), "2023-11-14T22:13:20.001Z");
  assertEquals(toJsonValue(1_700_000_000n, "TIMESTAMP_S"), "2023-11-14T22:13:20Z");
  assertEquals(toJsonValue(1n, "TIMESTAMP WITH TIME ZONE"), "1970-01-01T00:00:00.000001Z");
  assertEquals(toJsonValue(19675n, "DATE"), "2023-11-14");
  assertEquals(toJsonValue(3_661_000_002n, "TIME"), "01:01:01.000002");
});

Deno.test("lists and structures are carried with the same rules inside", () => {
  assertEquals(toJsonValue([1n, 2n ** 60n], "BIGINT[]"), [1, "1152921504606846976"]);
  assertEquals(toJsonValue({ a: Uint8Array.of(1) }, "STRUCT(a BLOB)"), { a: "01" });
  assertEquals(toJsonValue([0n], "TIMESTAMP_NS[]"), ["1970-01-01T00:00:00.000000000Z"]);
});
