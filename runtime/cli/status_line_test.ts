import { assertEquals } from "@std/assert";
import { statusText } from "./status_line.ts";

Deno.test("the status line says what is stored, lost and waiting", () => {
  const status = {
    seconds: 3.2,
    entries: 12345,
    stored: 12000,
    filtered: 0,
    lost: 0,
    stalled: 0,
    bytes: 3_250_000,
    sealed: 6000,
    poolUsedBytes: 1 << 20,
    poolBytes: 256 << 20,
  };
  assertEquals(
    statusText({ ...status, phase: "recording" }),
    "recording · 3.20 s · 12,345 entries · 3.1 MiB on disk · 0 lost · buffer 0.39 % · Ctrl-C ends it",
  );
  assertEquals(
    statusText({ ...status, phase: "recording", lost: 2, stalled: 2 }),
    "recording · 3.20 s · 12,345 entries · 3.1 MiB on disk · 2 lost · 2 stalled · buffer 0.39 % · Ctrl-C ends it",
  );
  assertEquals(
    statusText({ ...status, phase: "recording", filtered: 1_000_000 }),
    "recording · 3.20 s · 12,345 entries · 1,000,000 filtered · 3.1 MiB on disk · 0 lost · buffer 0.39 % · Ctrl-C ends it",
  );
  assertEquals(
    statusText({ ...status, phase: "finishing", problem: "the disk is full" }),
    "writing the end · 3.20 s · 12,345 entries · 3.1 MiB on disk · 0 lost · buffer 0.39 % · the disk is full",
  );
  assertEquals(
    statusText({ ...status, phase: "sealing" }),
    "sealing as Parquet · 50 % of 12,000 entries · Ctrl-C leaves the rest as it is",
  );
});
