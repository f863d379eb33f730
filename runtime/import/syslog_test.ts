import { assertEquals } from "@std/assert";
import { LocalClock } from "./local_clock.ts";
import { syslogParser } from "./syslog.ts";
import { linesOf, read, SETTINGS } from "./test_support.ts";

Deno.test("RFC 3164: the last year in which a time is not after the log's end", async () => {
  assertEquals(read(syslogParser(SETTINGS), await linesOf("syslog-3164.log")), [
    ["2025-12-31T23:59:59.000000000Z", "usb 1-1: reset", { host: "box" }],
    ["2026-01-01T00:00:01.000000000Z", "sshd[812]: Accepted publickey for root", { host: "box", pid: 812 }],
    ["2026-01-01T00:00:02.000000000Z", "app: <b>", { host: "box", severity: 5, remarks: 1 }],
  ]);
});

Deno.test("RFC 3164: a year that is given goes on after December, in the zone that is given", async () => {
  const settings = { ...SETTINGS, year: 2019, clock: new LocalClock("Europe/Berlin") };
  const times = read(syslogParser(settings), [
    ...await linesOf("syslog-3164.log"),
    "Dec 31 23:59:59 box late: a line that came late",
    "Jul 14 12:00:00 box app: summer",
  ]).map((row) => (row as unknown[])[0]);
  assertEquals(times, [
    "2019-12-31T22:59:59.000000000Z",
    "2019-12-31T23:00:01.000000000Z",
    "2019-12-31T23:00:02.000000000Z",
    "2019-12-31T22:59:59.000000000Z",
    "2020-07-14T10:00:00.000000000Z",
  ]);
});

Deno.test("RFC 5424 and the ISO times of files and journalctl", async () => {
  assertEquals(read(syslogParser(SETTINGS), await linesOf("syslog-5424.log")), [
    [
      "2026-03-01T17:00:00.003456000Z",
      `evntslog[111] ID47 [exampleSDID@32473 iut="3" eventSource="App\\]"]: An application event`,
      { severity: 3, remarks: 20, pid: 111, host: "box" },
    ],
    ["2026-03-01T17:00:01.000000000Z", "su: su failed", { severity: 6, remarks: 4, host: "box" }],
    "it has no time",
    ["2026-03-01T17:00:02.250000000Z", "oops", { host: "box" }],
    ["2026-03-01T17:00:03.000000000Z", "systemd[1]: Started", { host: "box", pid: 1 }],
  ]);
});

Deno.test("what is no syslog is refused with the reason", () => {
  const parse = syslogParser(SETTINGS);
  assertEquals(parse("-- Boot 1234 --"), "it is no line of syslog");
  assertEquals(parse("Feb 30 00:00:00 box app: x"), "there is no such time");
  assertEquals(parse("Feb 01 24:00:00 box app: x"), "there is no such time");
  assertEquals(parse("<14>1 yesterday box app - - - x"), `"yesterday" is no time`);
});
