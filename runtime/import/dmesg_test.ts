import { assertEquals } from "@std/assert";
import { dmesgParser } from "./dmesg.ts";
import { linesOf, nsOf, read, SETTINGS } from "./test_support.ts";

Deno.test("plain lines count from the start, with thread or processor where the kernel tells them", async () => {
  const parse = dmesgParser({ ...SETTINGS, startNs: nsOf("2026-03-01T10:00:00Z") });
  assertEquals(read(parse, await linesOf("dmesg.txt")), [
    ["2026-03-01T10:00:00.000000000Z", "Linux version 6.1.0 (build@here)", {}],
    ["2026-03-01T10:00:01.234567000Z", "usb 1-1: new high-speed USB device number 2", {}],
    ["2026-03-01T10:00:12.000001000Z", "thread seven", { tid: 7 }],
    ["2026-03-01T10:00:12.000002000Z", "in an interrupt", { processor: 3 }],
    "it is no line of dmesg",
  ]);
});

Deno.test("-x tells facility and level", async () => {
  assertEquals(read(dmesgParser(SETTINGS), await linesOf("dmesg-x.txt")), [
    ["1970-01-01T00:00:00.000000000Z", "Linux version 6.1.0 (build@here)", { severity: 3, remarks: 0 }],
    ["1970-01-01T00:00:01.234567000Z", "disk is hot", { severity: 4, remarks: 0 }],
    ["1970-01-01T00:00:02.000000000Z", "udevd failed", { severity: 5, remarks: 3 }],
  ]);
  assertEquals(dmesgParser(SETTINGS)("kern  :loud  : [    1.0] x"), `"kern:loud" is no facility and level`);
});

Deno.test("every form of the time is read, and raw priorities", async () => {
  assertEquals(read(dmesgParser(SETTINGS), await linesOf("dmesg-iso.txt")), [
    ["2026-03-01T09:00:00.000001000Z", "first", { severity: 3, remarks: 0 }],
    ["2026-03-01T09:00:01.500000000Z", "second", {}],
    ["2026-03-01T09:00:02.000000000Z", "third", {}],
    ["1970-01-01T00:00:04.000000000Z", "fourth", { severity: 5, remarks: 0 }],
  ]);
  const delta = dmesgParser(SETTINGS)("[    4.000000 <    0.500000>] [drm] ready");
  assertEquals(typeof delta === "string" ? delta : delta.payload, "[drm] ready");
  assertEquals(dmesgParser(SETTINGS)("[Sun Feb 30 09:00:02 2026] never"), "there is no such time");
});
