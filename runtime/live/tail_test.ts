import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  type CaptureInput,
  type EntryInput,
  gapsBytes,
  logsBytes,
  makeBatch,
  makeCapture,
  makeGaps,
  segmentPath,
} from "../../tests/support/make_capture.ts";
import { sealCapture } from "../../tests/support/seal_capture.ts";
import { lockRecording } from "../capture/recording_lock.ts";
import type { EntryConditions } from "./entry_filter.ts";
import { parsePattern } from "./pattern.ts";
import { Tail, type TailItem, type TailOptions } from "./tail.ts";

const entry = (idx: number, other: Partial<EntryInput> = {}): EntryInput => ({
  idx,
  seq: idx,
  ticks: 10 * idx,
  payload: `entry ${idx}`,
  ...other,
});
const ALL: EntryConditions = { processors: [], match: [], exclude: [] };
const OLD = makeBatch([entry(0), entry(1, { severity: 4 })], { batch: 0 });
const MIDDLE = makeBatch([entry(2), entry(3, { severity: 5 }), entry(4)], { batch: 1 });
const NEW = makeBatch([entry(5, { kind: "data", payload: Uint8Array.of(0xab) }), entry(6)], { batch: 2 });
const RUNNING = { closed: false, info: { complete: false, stopped: null } };

async function withCapture(input: CaptureInput, run: (path: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await run(await makeCapture(dir, "one", input));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Runs with the capture as open segments, with the first one sealed, and with all of them. */
async function withForms(
  input: CaptureInput,
  run: (path: string, form: string) => Promise<void>,
): Promise<void> {
  for (const [form, sealed] of [["open", []], ["mixed", [1]], ["sealed", undefined]] as const) {
    await withCapture(input, async (path) => {
      await sealCapture(path, sealed);
      await run(path, form);
    });
  }
}

const name = (item: TailItem) =>
  item.kind === "entry" ? String(item.entry.idx) : `${item.gap.lost} ${item.gap.cause}`;

/** Indexes of the entries, and what was lost in the holes, in their order. */
async function shownBy(tail: Tail): Promise<string[]> {
  const shown: string[] = [];
  for await (const items of tail.items()) shown.push(...Iterator.from(items).map(name));
  return shown;
}

const tailOf = (path: string, options: Partial<TailOptions> = {}) =>
  new Tail(path, { lines: 10, follow: false, conditions: ALL, ...options });

Deno.test("the newest entries are shown, over the ends of batches and segments", async () => {
  await withForms({ logs: [[OLD], [MIDDLE, NEW]] }, async (path, form) => {
    for (
      const [lines, first] of [[0, 7], [1, 6], [2, 5], [3, 4], [5, 2], [6, 1], [7, 0], [100, 0]] as const
    ) {
      const expected = Array.from({ length: 7 - first }, (_, at) => String(first + at));
      assertEquals(await shownBy(tailOf(path, { lines })), expected, `${lines} lines, ${form}`);
    }
  });
});

Deno.test("what is older than the lines that are shown is not read", async () => {
  await withCapture({ logs: [[OLD], [MIDDLE, NEW]] }, async (path) => {
    await Deno.writeTextFile(segmentPath(path, "logs", 1), "this is no segment");
    const bytes = await Deno.readFile(segmentPath(path, "logs", 2));
    const tail = tailOf(path, { lines: 2 });
    assertEquals([await shownBy(tail), tail.warnings], [["5", "6"], []]);
    assertEquals((await shownBy(tailOf(path, { lines: 5 }))).length, 5);
    bytes[bytes.length >> 1]! ^= 1; // in the batch that comes last or before it: then its checksum tells
    await Deno.writeFile(segmentPath(path, "logs", 2), bytes);
    const damaged = tailOf(path, { lines: 5 });
    await shownBy(damaged);
    assertEquals(damaged.warnings.length, 1);
  });
});

Deno.test("a capture without entries shows nothing", async () => {
  await withForms({}, async (path) => assertEquals(await shownBy(tailOf(path)), []));
  await withForms({ logs: [[]] }, async (path) => assertEquals(await shownBy(tailOf(path)), []));
});

Deno.test("events are found by what a line shows of them, in every form", async () => {
  const event = (idx: number, type: number) =>
    entry(idx, { kind: "event", type, payload: new Uint8Array(0) });
  const sites = new Map([
    [1, { name: "open", format: "open path" }],
    [2, { name: "close", format: "fd" }],
  ]);
  await withForms({ logs: [[makeBatch([event(0, 1), event(1, 2)])], []], sites }, async (path, form) => {
    const found = (pattern: string) =>
      shownBy(tailOf(path, { conditions: { ...ALL, match: [parsePattern(pattern)] } }));
    assertEquals(await found("/^open path$/"), ["0"], form);
    assertEquals(await found("/^close fd$/"), ["1"], form);
  });
});

Deno.test("each filter leaves out what it has to, and counts it", async () => {
  const filtered = async (path: string, conditions: Partial<EntryConditions>) => {
    const tail = tailOf(path, { lines: 100, conditions: { ...ALL, ...conditions } });
    return [(await shownBy(tail)).join(" "), tail.counts.filtered];
  };
  const other = makeBatch([entry(7, { processor: 1, seq: 0 })], { batch: 3 });
  await withForms({ logs: [[OLD, MIDDLE], [NEW, other]] }, async (path) => {
    assertEquals(await filtered(path, { severity: 4 }), ["1 3", { severity: 6 }]);
    assertEquals(await filtered(path, { processors: [1] }), ["7", { processor: 7 }]);
    assertEquals(await filtered(path, { match: ["entry 2", "/[36]$/"].map(parsePattern) }), ["2 3 6", {
      match: 5,
    }]);
    assertEquals(
      await filtered(path, { match: [parsePattern("ab")] }),
      ["5", { match: 7 }],
      "data by its digits",
    );
    assertEquals(await filtered(path, { exclude: [parsePattern("/entry [0-4]/")] }), ["5 6 7", {
      exclude: 5,
    }]);
    const where = () => Promise.resolve(new Set([2n, 3n]));
    assertEquals(await filtered(path, { severity: 4, where }), ["3", { severity: 6, where: 1 }]);
  });
});

Deno.test("with a filter the newest lines are the newest that pass, and only what comes behind the first is counted", async () => {
  await withForms({ logs: [[OLD], [MIDDLE, NEW]] }, async (path) => {
    const tail = tailOf(path, { lines: 1, conditions: { ...ALL, severity: 4 } });
    assertEquals(await shownBy(tail), ["3"]);
    assertEquals(tail.counts, { shown: 1n, filtered: { severity: 3 }, lost: 0n, lostElsewhere: 0n });
  });
});

Deno.test("holes stand where entries are missing, those before the first line do not", async () => {
  const counters = (lost: number) => [{ processor: 0, lost_full: lost }];
  const at = (idx: number) => ({ seq: idx, idx, ticks: 10 * idx });
  const logs = [[
    makeBatch([entry(0), entry(2)], { batch: 0, counters: counters(1) }),
    makeBatch([entry(3), entry(8), entry(9)], { batch: 1, counters: counters(5) }),
    makeBatch([entry(10)], { batch: 2, counters: counters(12) }),
  ]];
  const gaps = [
    makeGaps([{ cause: "lost_full", lost: 1, prev: at(0), next: at(2) }], 0),
    makeGaps([{ cause: "too_big", lost: 4, prev: at(3), next: at(8) }], 1),
    makeGaps([{ cause: "mixed", lost: 7, prev: at(10) }], 2),
  ];
  await withForms({ logs, gaps }, async (path) => {
    const tail = tailOf(path, { lines: 100 });
    assertEquals(await shownBy(tail), ["0", "1 lost_full", "2", "3", "4 too_big", "8", "9", "10", "7 mixed"]);
    assertEquals(tail.counts.lost, 12n);
    assertEquals(await shownBy(tailOf(path, { lines: 3 })), ["4 too_big", "8", "9", "10", "7 mixed"]);
    assertEquals(await shownBy(tailOf(path, { lines: 2 })), ["9", "10", "7 mixed"]);
    const elsewhere = tailOf(path, { lines: 100, conditions: { ...ALL, processors: [1] } });
    assertEquals([await shownBy(elsewhere), elsewhere.counts.lostElsewhere], [[], 12n]);
  });
});

Deno.test("a growing capture is followed to its end", async () => {
  await withCapture({ logs: [[OLD]], ...RUNNING }, async (path) => {
    const recording = await lockRecording(path);
    const tail = tailOf(path, { lines: 1, follow: true });
    const shown: string[] = [];
    for await (const items of tail.items()) {
      const now = [...items].map(name);
      shown.push(...now);
      if (now.includes("1")) {
        await Deno.writeFile(segmentPath(path, "logs", 1), await logsBytes([OLD, MIDDLE], true));
      }
      if (!now.includes("4")) continue;
      await Deno.writeFile(segmentPath(path, "logs", 2), await logsBytes([NEW], true));
      const file = join(path, "capture.json");
      const running = await Deno.readTextFile(file);
      await Deno.writeTextFile(file, running.replace(`"complete": false`, `"complete": true`));
      await recording[Symbol.asyncDispose]();
    }
    assertEquals([shown, tail.warnings], [["1", "2", "3", "4", "5", "6"], []]);
  });
});

Deno.test("segments that are sealed while they are followed are shown once, with their holes in place", async () => {
  const at = (idx: number) => ({ seq: idx, idx, ticks: 10 * idx });
  const lost = (count: number) => ({ counters: [{ processor: 0, lost_full: count }] });
  const first = makeBatch([entry(0), entry(1)], { batch: 0, ...lost(0) });
  const second = makeBatch([entry(3)], { batch: 1, ...lost(1) });
  const third = makeBatch([entry(6), entry(7)], { batch: 2, ...lost(3) });
  const fourth = makeBatch([entry(8)], { batch: 3, ...lost(3) });
  const holes = [
    [makeGaps([{ cause: "lost_full", lost: 1, prev: at(1), next: at(3) }], 1)],
    [makeGaps([{ cause: "lost_full", lost: 2, prev: at(3), next: at(6) }], 2)],
  ] as const;
  await withCapture({ logs: [[first]], ...RUNNING }, async (path) => {
    const recording = await lockRecording(path);
    const tail = tailOf(path, { lines: 1, follow: true });
    const shown: string[] = [];
    for await (const items of tail.items()) {
      const now = [...items].map(name);
      shown.push(...now);
      if (now.includes("1")) {
        await Deno.writeFile(segmentPath(path, "gaps", 1), await gapsBytes(holes[0], true));
        await Deno.writeFile(segmentPath(path, "logs", 1), await logsBytes([first, second], true));
        await sealCapture(path, [1]);
      }
      if (now.includes("3")) {
        await Deno.writeFile(segmentPath(path, "gaps", 2), await gapsBytes(holes[1], true));
        await Deno.writeFile(segmentPath(path, "logs", 2), await logsBytes([third], true));
        await sealCapture(path, [2]);
      }
      if (!now.includes("7")) continue;
      await Deno.writeFile(segmentPath(path, "logs", 3), await logsBytes([fourth], true));
      await recording[Symbol.asyncDispose]();
    }
    assertEquals(shown, ["1", "1 lost_full", "3", "2 lost_full", "6", "7", "8"]);
  });
});

Deno.test("of a sealed segment only the last row groups are read, and further back only what a filter needs", async () => {
  const rows = 130_000; // the second row group begins with entry 122,880
  const many = makeBatch(
    Array.from({ length: rows }, (_, idx) => {
      // What hardly packs: each row group has checksums of its own, which are of 256 KiB.
      return entry(idx, { severity: idx === 5 ? 5 : 3, payload: `${(idx * 2654435761) % 2 ** 32}` });
    }),
  );
  const gaps = [
    makeGaps([{ cause: "lost_full", lost: 9, next: { seq: 4, idx: 4, ticks: 40 } }], 0),
    makeGaps([{ cause: "too_big", lost: 2, next: { seq: 122_880, idx: 122_880, ticks: 1_228_800 } }], 0),
  ];
  await withCapture({ logs: [[many]], gaps }, async (path) => {
    await sealCapture(path);
    const found = tailOf(path, { lines: 1, conditions: { ...ALL, severity: 5 } });
    assertEquals(await shownBy(found), ["5", "2 too_big"]);
    assertEquals(found.counts.filtered.severity, rows - 6);
    const file = join(path, "logs", "000001.parquet");
    const bytes = await Deno.readFile(file);
    bytes[1000]! ^= 1; // in the first row group
    await Deno.writeFile(file, bytes);
    const tail = tailOf(path, { lines: rows - 122_880 });
    const shown = await shownBy(tail);
    assertEquals([shown.slice(0, 2), shown.length], [["2 too_big", "122880"], rows - 122_880 + 1]);
    assertEquals(tail.warnings, []);
    const damaged = tailOf(path, { lines: rows });
    assertEquals((await shownBy(damaged)).length, rows - 122_880 + 1);
    assertEquals(damaged.warnings.length, 1);
    assertEquals((await shownBy(tailOf(path, { lines: rows - 5 }))).length, rows - 122_880 + 1);
  });
});

Deno.test("the end of a capture that was cut short is shown with a warning", async () => {
  await withCapture({ logs: [[OLD]], ...RUNNING }, async (path) => {
    const tail = tailOf(path, { follow: true });
    assertEquals(await shownBy(tail), ["0", "1"]);
    assertEquals(tail.warnings, ["one: the capture was cut short; what was stored before is here"]);
  });
});

Deno.test("a capture that is being recorded is shown as it is when it is not to be followed", async () => {
  await withCapture({ logs: [[OLD]], ...RUNNING }, async (path) => {
    await using _recording = await lockRecording(path);
    assertEquals(await shownBy(tailOf(path)), ["0", "1"]);
  });
});
