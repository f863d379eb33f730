import { assert, assertEquals } from "@std/assert";
import { getColorEnabled, setColorEnabled } from "@std/fmt";
import type { Gap } from "../../live/gap.ts";
import type { Entry } from "../../log_entry.ts";
import { formatLine, type LineStyle } from "./format_line.ts";
import { TimeColumn, type TimeForm } from "./time_column.ts";

const START = 1_000_000_000_000_000_000n; // 2001-09-09 01:46:40 UTC
const ENTRY: Entry = {
  idx: 7n,
  ts: START + 1_234_567_890n,
  ticks: 0n,
  processor: 3,
  seq: 7n,
  severity: 4,
  level: "warn",
  kind: "text",
  type: 0,
  remarks: 0,
  pid: 12,
  tid: 345,
  event: null,
  message: "low on memory",
  data: null,
  readTs: null,
  flags: 0,
};
const GAP: Gap = {
  processor: 12,
  cause: "lost_full",
  lost: 12_345n,
  prevSeq: 1n,
  nextSeq: null,
  prevIdx: null,
  nextIdx: null,
  prevTs: START + 2_000_000_000n,
  nextTs: null,
};

function style(form: TimeForm = "clock"): LineStyle {
  return { time: new TimeColumn(form, START), processorWidth: 2, highlights: [] };
}

function withoutColor(run: () => void): void {
  const before = getColorEnabled();
  setColorEnabled(false);
  try {
    run();
  } finally {
    setColorEnabled(before);
  }
}

Deno.test("an entry is one line with time, processor, level, writer and message", () => {
  withoutColor(() => {
    const line = formatLine({ kind: "entry", entry: ENTRY }, style());
    assertEquals(line, "01:46:41.234567  3 warn  12:345        low on memory\n");
  });
});

Deno.test("an event begins with its name, once", () => {
  withoutColor(() => {
    const shown = (message: string) => {
      const entry = { ...ENTRY, kind: "event", event: "io_done", message } as const;
      return formatLine({ kind: "entry", entry }, style());
    };
    assertEquals(shown("bytes=512"), "01:46:41.234567  3 warn  12:345        io_done bytes=512\n");
    assertEquals(shown(""), "01:46:41.234567  3 warn  12:345        io_done\n");
    assertEquals(shown("io_done bytes=512"), shown("bytes=512"));
    assertEquals(
      shown("io_done_late=1"),
      "01:46:41.234567  3 warn  12:345        io_done io_done_late=1\n",
    );
  });
});

Deno.test("a mark stands out", () => {
  withoutColor(() => {
    const line = formatLine(
      { kind: "entry", entry: { ...ENTRY, type: 0x4b52414d, message: "load begins" } },
      style(),
    );
    assertEquals(line.slice(39), "── load begins ──\n");
  });
});

Deno.test("data are shown by their size and their first bytes", () => {
  withoutColor(() => {
    const data = (bytes: number): Entry => ({
      ...ENTRY,
      kind: "data",
      type: 5,
      remarks: 6,
      message: null,
      data: new Uint8Array(bytes).fill(0xab),
    });
    const shown = (bytes: number) => formatLine({ kind: "entry", entry: data(bytes) }, style()).slice(39);
    assertEquals(shown(2), "data type=5 remarks=6 2 bytes abab\n");
    assertEquals(shown(0), "data type=5 remarks=6 0 bytes\n");
    assertEquals(shown(100), `data type=5 remarks=6 100 bytes ${"ab".repeat(32)}…\n`);
  });
});

Deno.test("nothing that was logged can steer the terminal", () => {
  withoutColor(() => {
    const message = "\x1b[2J\x07\x9b31m\r\nerror\0\u2028";
    const line = formatLine({ kind: "entry", entry: { ...ENTRY, message, flags: 1 } }, style());
    // deno-lint-ignore no-control-regex -- control characters are what must not be there
    assertEquals(line.match(/[\u0000-\u001f\u007f-\u009f\u2028]/g), ["\n"]);
    assert(line.endsWith("\\x1b[2J\\x07\\x9b31m\\r\\nerror\\x00  … (cut)\n"), line);
  });
});

Deno.test("a hole is a line with its processor, number and cause", () => {
  withoutColor(() => {
    assertEquals(
      formatLine({ kind: "gap", gap: GAP }, style()),
      `01:46:42.000000 12 LOST  ${" ".repeat(13)} 12,345 lost (lost_full)\n`,
    );
    const unknown = formatLine({ kind: "gap", gap: { ...GAP, prevTs: null } }, style());
    assertEquals(unknown.slice(0, 18), `${" ".repeat(15)} 12`);
  });
});

Deno.test("times count from the capture's beginning or from the line before", () => {
  withoutColor(() => {
    const times = (form: TimeForm) => {
      const same = style(form);
      return [ENTRY.ts, START - 1_000_000n, START + 60_000_000_000n].map((ts) =>
        formatLine({ kind: "entry", entry: { ...ENTRY, ts } }, same).slice(0, 15).trim()
      );
    };
    assertEquals(times("elapsed"), ["1.234567", "-0.001000", "60.000000"]);
    assertEquals(times("delta"), ["+0.000000", "-1.235567", "+60.001000"]);
  });
});
