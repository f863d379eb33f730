import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  type CaptureInput,
  type EntryInput,
  logsBytes,
  makeBatch,
  makeCapture,
  makeGaps,
  segmentPath,
} from "../../tests/support/make_capture.ts";
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
  await withCapture({ logs: [[OLD], [MIDDLE, NEW]] }, async (path) => {
    for (
      const [lines, first] of [[0, 7], [1, 6], [2, 5], [3, 4], [5, 2], [6, 1], [7, 0], [100, 0]] as const
    ) {
      const expected = Array.from({ length: 7 - first }, (_, at) => String(first + at));
      assertEquals(await shownBy(tailOf(path, { lines })), expected, `${lines} lines`);
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
  await withCapture({}, async (path) => assertEquals(await shownBy(tailOf(path)), []));
  await withCapture({ logs: [[]] }, async (path) => assertEquals(await shownBy(tailOf(path)), []));
});

Deno.test("each filter leaves out what it has to, and counts it", async () => {
  const filtered = async (path: string, conditions: Partial<EntryConditions>) => {
    const tail = tailOf(path, { lines: 100, conditions: { ...ALL, ...conditions } });
    return [(await shownBy(tail)).join(" "), tail.counts.filtered];
  };
  const other = makeBatch([entry(7, { processor: 1, seq: 0 })], { batch: 3 });
  await withCapture({ logs: [[OLD, MIDDLE], [NEW, other]] }, async (path) => {
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
  await withCapture({ logs: [[OLD], [MIDDLE, NEW]] }, async (path) => {
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
  await withCapture({ logs, gaps }, async (path) => {
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
