import { assertEquals } from "@std/assert";
import { debugviewParser } from "./debugview.ts";
import { linesOf, nsOf, read, SETTINGS } from "./test_support.ts";

Deno.test("elapsed times count from the start; drivers have no process", async () => {
  const parse = debugviewParser({ ...SETTINGS, startNs: nsOf("2026-03-01T10:00:00Z") });
  assertEquals(read(parse, await linesOf("debugview-elapsed.log")), [
    ["2026-03-01T10:00:00.000000000Z", "program starts", { pid: 4321 }],
    ["2026-03-01T10:00:00.000123450Z", "driver: DriverEntry", {}],
    ["2026-03-01T10:00:12.500000000Z", "  indented", { pid: 4321 }],
    ["2026-03-01T10:00:13.000000000Z", "", {}],
  ]);
});

Deno.test("clock times begin on the start's day and go on after midnight", async () => {
  const parse = debugviewParser({ ...SETTINGS, startNs: nsOf("2026-02-28T00:00:00Z") });
  assertEquals(read(parse, await linesOf("debugview-clock.log")), [
    ["2026-02-28T23:59:59.000000000Z", "late", { pid: 12 }],
    ["2026-03-01T00:00:01.250000000Z", "driver: early", {}],
    ["2026-03-01T00:00:02.000000000Z", "with spaces", { pid: 12 }],
  ]);
  assertEquals(parse("7\t25:00:00\tx"), "there is no such time");
  assertEquals(parse("[12] x"), "it is no line of DebugView");
});
