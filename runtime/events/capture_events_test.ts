import { assertEquals, assertRejects } from "@std/assert";
import {
  addSites,
  type EntryInput,
  makeBatch,
  makeCapture,
  segmentPath,
  T0,
} from "../../tests/support/make_capture.ts";
import { sealCapture } from "../../tests/support/seal_capture.ts";
import { type EventOptions, type EventRecord, openCapture } from "../mod.ts";
import { entryJson } from "../export/entry_json.ts";
import { makeTestFolder } from "../capture/test_support.ts";
import { CaptureSource } from "../store/capture_source.ts";
import { crc32c } from "../arrow/crc32c.ts";
import { encodeLogsBatch } from "../arrow/wire.ts";
import { ArgumentType } from "./argument_type.ts";
import { siteFilePath } from "./site_lines.ts";
import { number, type SiteParts, text } from "./test_support.ts";

const IO_DONE: SiteParts = {
  name: "io_done",
  format: "bytes=%u status=%s",
  arguments: [{ type: ArgumentType.u32, key: "bytes" }, { type: ArgumentType.ntstatus, key: "status" }],
};
const OPENED: SiteParts = {
  name: "opened",
  format: "path=%s",
  arguments: [{ type: ArgumentType.text, key: "path" }],
};
const SITES = new Map([[7, IO_DONE], [3, OPENED]]);

const done = (idx: number, bytes: number): EntryInput => ({
  idx,
  seq: idx,
  ticks: idx,
  kind: "event",
  type: 7,
  payload: Uint8Array.from([...number(bytes, 4), ...number(0xc0000022, 4)]),
});
const opened = (idx: number, path: string): EntryInput => ({
  idx,
  seq: idx,
  ticks: idx,
  kind: "event",
  type: 3,
  payload: Uint8Array.from(text(path)),
});
const MIXED = makeBatch([
  { idx: 0, seq: 0, ticks: 0, payload: "hello" },
  done(1, 512),
  { idx: 2, seq: 2, ticks: 2, kind: "data", payload: Uint8Array.of(1, 2) },
  opened(3, "/dev/é"),
  { idx: 4, seq: 4, ticks: 4, payload: Uint8Array.of(0x61, 0xff) },
  { idx: 5, seq: 5, ticks: 5, kind: "event", type: 9, payload: Uint8Array.of(1) },
  { idx: 6, seq: 6, ticks: 6, kind: "event", type: 7, payload: Uint8Array.of(1, 0, 0, 0, 2) },
  { idx: 7, seq: 7, ticks: 7, flags: 1, payload: Uint8Array.of(0x61, 0x62, 9, 0, 0, 0) },
]);
const EXPECTED: [kind: string, event: string | null, message: string | null, data: string | null][] = [
  ["text", null, "hello", null],
  ["event", "io_done", "bytes=512 status=STATUS_ACCESS_DENIED", null],
  ["data", null, null, "0102"],
  ["event", "opened", "path=/dev/é", null],
  ["text", null, "a\ufffd", "61ff"],
  ["event", null, "<unknown site 9>", null],
  ["event", "io_done", "bytes=1 status=<damaged: 1 of 4 bytes>", null],
  ["text", null, "ab", null],
];

const IO_LATE: SiteParts = {
  name: "IO_DONE",
  format: "late=%d",
  arguments: [{ type: ArgumentType.bool, key: "late" }],
};
const late = (idx: number): EntryInput => ({
  idx,
  seq: idx,
  ticks: idx,
  kind: "event",
  type: 9,
  payload: Uint8Array.of(1),
});

async function entriesOf(path: string): Promise<unknown[]> {
  await using log = await openCapture(path);
  const rows = [];
  for await (const entry of log.entries()) {
    const { kind, event, message, data } = entryJson(entry, "");
    rows.push([kind, event, message, data]);
  }
  return rows;
}

Deno.test("entries show events by name and message, and no data", async () => {
  await using folder = await makeTestFolder();
  const path = await makeCapture(folder.path, "mixed", { logs: [[MIXED]], sites: SITES });
  const entries = await entriesOf(path);
  const [damaged] = entries.splice(6, 1) as string[][];
  assertEquals(entries, EXPECTED.toSpliced(6, 1));
  assertEquals(damaged!.toSpliced(2, 1), ["event", "io_done", null] as string[]);
  assertEquals(/^bytes=1 status=<damaged: .+>$/.test(damaged![2]!), true, damaged![2]);
});

Deno.test("a sealed capture shows the same", async () => {
  await using folder = await makeTestFolder();
  const path = await makeCapture(folder.path, "mixed", { logs: [[MIXED]], sites: SITES });
  const before = await entriesOf(path);
  await sealCapture(path);
  await assertRejects(() => Deno.stat(segmentPath(path, "logs", 1)), Deno.errors.NotFound);
  assertEquals(await entriesOf(path), before);
});

Deno.test("batches have names of events beside their messages", async () => {
  await using folder = await makeTestFolder();
  const path = await makeCapture(folder.path, "mixed", { logs: [[MIXED]], sites: SITES });
  await using log = await openCapture(path);
  for await (const batch of log.batches()) {
    assertEquals([...batch.getChild("event")!], EXPECTED.map(([, event]) => event));
    assertEquals([...batch.getChild("message")!].slice(0, 5), EXPECTED.slice(0, 5).map(([, , it]) => it));
  }
});

/** Three events of one name in two segments, another one among them. */
const TWO_SEGMENTS = {
  logs: [
    [makeBatch([done(0, 1), opened(1, "x"), { ...done(2, 2), severity: 5 }])],
    [makeBatch([done(3, 3), { ...late(4), processor: 1 }], { batch: 1 })],
  ],
  sites: new Map([...SITES, [9, IO_LATE]]),
};

async function eventsOf(path: string, name: string, options: EventOptions = {}): Promise<EventRecord[]> {
  await using log = await openCapture(path);
  return await Array.fromAsync(log.events(name, options));
}

for (const sealed of [[], [1], [1, 2]]) {
  Deno.test(`events of one name are read in order, with all its arguments (sealed: ${sealed})`, async () => {
    await using folder = await makeTestFolder();
    const path = await makeCapture(folder.path, "two", TWO_SEGMENTS);
    await sealCapture(path, sealed);
    const found = await eventsOf(path, "IO_done");
    assertEquals(found.map(({ idx, bytes, late }) => [idx, bytes, late]), [
      [0n, 1, null],
      [2n, 2, null],
      [3n, 3, null],
      [4n, null, true],
    ]);
    assertEquals(found[1], {
      idx: 2n,
      ts: T0 + 2n,
      processor: 0,
      severity: 5,
      level: "error",
      pid: 0,
      tid: 0,
      site: 7,
      bytes: 2,
      status: 0xc0000022,
      status_name: "STATUS_ACCESS_DENIED",
      late: null,
    });
    assertEquals((await eventsOf(path, "opened")).map(({ path }) => path), ["x"]);
    assertEquals((await eventsOf(path, "io_done", { level: "warn" })).map(({ idx }) => idx), [2n]);
    const selection = { processors: [1], sinceNs: T0 + 1n, untilNs: T0 + 9n };
    assertEquals((await eventsOf(path, "io_done", { selection })).map(({ idx }) => idx), [4n]);
    await assertRejects(() => eventsOf(path, "io_dome"), RangeError, "but io_done, opened");
  });
}

Deno.test("an event that was never written is none that is not there", async () => {
  await using folder = await makeTestFolder();
  const path = await makeCapture(folder.path, "never", { logs: [[MIXED]], sites: TWO_SEGMENTS.sites });
  assertEquals(await eventsOf(path, "opened", { level: "fatal" }), []);
  const texts = await makeCapture(folder.path, "texts", {
    logs: [[makeBatch([{ idx: 0, seq: 0, ticks: 0, payload: "hello" }])]],
  });
  await assertRejects(() => eventsOf(texts, "opened"), RangeError, "no typed events");
});

Deno.test("a site that is stored while the capture is read is known to what follows it", async () => {
  await using folder = await makeTestFolder();
  const path = await makeCapture(folder.path, "grows", {
    logs: [[makeBatch([done(0, 1)])]],
    closed: false,
    info: { complete: false },
    sites: new Map([[7, IO_DONE]]),
  });
  using source = await CaptureSource.open(path, crc32c);
  const look = async () => {
    const names: string[] = [];
    for await (const item of source.look()) {
      if (item.kind !== "entries") continue;
      const { event } = item.expand();
      names.push(new TextDecoder().decode(event!.values));
    }
    return names;
  };
  assertEquals(await look(), ["io_done"]);
  await addSites(path, new Map([[3, OPENED]]));
  const next = encodeLogsBatch(makeBatch([opened(1, "x")], { batch: 1 }));
  await Deno.writeFile(segmentPath(path, "logs", 1), next, { append: true });
  assertEquals(await look(), ["opened"]);
  assertEquals(source.warnings.filter((warning) => warning.includes("sites")), []);
});

Deno.test("lines of the file of sites that are none are stepped over and told, a torn one is waited for", async () => {
  await using folder = await makeTestFolder();
  const path = await makeCapture(folder.path, "damaged", { logs: [[MIXED]], sites: new Map([[3, OPENED]]) });
  await Deno.writeTextFile(
    siteFilePath(path),
    `{"site": 5}\n{"site": 4, "descriptor": "0102"}\n` +
      // Of two lines of one number the first counts.
      `{"site": 3, "descriptor": "0102"}\n{"site": 7, "descr`,
    { append: true },
  );
  using source = await CaptureSource.open(path, crc32c);
  const names: (string | null)[] = [];
  for await (const item of source.look()) {
    if (item.kind !== "entries") continue;
    const { event } = item.expand();
    names.push(event === null ? null : new TextDecoder().decode(event.values));
    assertEquals(item.expand().ts[0], T0);
  }
  assertEquals(names, ["opened"]);
  assertEquals(source.warnings, [
    "damaged: events/sites.ndjson: line 2 is no call site",
    "damaged: events/sites.ndjson: the descriptor of site 4 cannot be read",
  ]);
});

Deno.test("a capture without events has no names and asks for no file of sites", async () => {
  await using folder = await makeTestFolder();
  const path = await makeCapture(folder.path, "texts", {
    logs: [[makeBatch([{ idx: 0, seq: 0, ticks: 0, payload: "hello" }])]],
    // To read it would fail.
    sites: new Map(),
  });
  await Deno.remove(siteFilePath(path));
  await Deno.mkdir(siteFilePath(path));
  assertEquals(await entriesOf(path), [["text", null, "hello", null]]);
});
