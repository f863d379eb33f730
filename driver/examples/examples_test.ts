/**
 * The example programs, recorded for real.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { ensureBuilt } from "../../runtime/build/build.ts";
import { record, type RecordResult } from "../../runtime/capture/record.ts";
import { type CapturedEntry, readEntries } from "../../tests/support/captured_events.ts";

const INFO = 3, WARN = 4, DEBUG = 2;

/** Path of a compiled example. */
async function example(name: string): Promise<string> {
  const { examples } = await ensureBuilt();
  const path = examples[name];
  assert(path !== undefined, `${name} was not built`);
  return path;
}

interface Recorded {
  readonly result: RecordResult;
  readonly entries: readonly CapturedEntry[];
}

/** Records an example in `folder`. */
async function recordExample(folder: string, name: string, args: readonly string[] = []): Promise<Recorded> {
  const command = { program: await example(name), args, stdout: "stderr" } as const;
  const result = await record({ dir: join(folder, "captures"), command });
  assertEquals(result.commandStatus, { code: 0, signal: null });
  return { result, entries: await readEntries(result.path) };
}

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "ringscope-examples-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function ofEvent(entries: readonly CapturedEntry[], name: string): CapturedEntry[] {
  return entries.filter(({ event }) => event === name);
}

/** FNV-1a, 64 bits. */
function hashOf(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash;
}

Deno.test("hello logs a text, a warning, an event and four bytes", async () => {
  await withFolder(async (folder) => {
    const { entries } = await recordExample(folder, "hello");
    assertEquals(entries.map(({ row }) => row.severity), [INFO, WARN, INFO, INFO]);
    const [hello, warning, packet, data] = entries;
    assertEquals([hello?.message, warning?.message], ["Hello from Ringscope", "4 bytes will follow"]);
    assertEquals(packet?.message, "bytes=4 head=de ad");
    assertEquals([packet?.event, packet?.values], ["packet", { bytes: 4n, head: Uint8Array.of(0xde, 0xad) }]);
    assertEquals([data?.row.type, data?.row.remarks, [...data?.row.payload ?? []]], [
      7,
      42,
      [0xde, 0xad, 0xbe, 0xef],
    ]);
  });
});

Deno.test("events logs spans until it switches them off, and errors to the end", async () => {
  await withFolder(async (folder) => {
    const { entries } = await recordExample(folder, "events");
    const rows = entries.map(({ row }) => row);
    const ERROR = 5, EVENT = 2;
    assert(rows.every((row) => row.kind === EVENT && row.type > 0));
    assertEquals(rows.map((row) => row.severity), [
      ...Array.from({ length: 6 }, () => [DEBUG, DEBUG]).flat(),
      ...[DEBUG, ERROR, DEBUG],
      ...Array.from({ length: 3 }, () => [DEBUG, DEBUG]).flat(),
      ERROR,
    ]);
    assertEquals(ofEvent(entries, "disk_error").map(({ message }) => message), [
      "tag=6 error=EIO command=28 00 06 00",
      "tag=13 error=EIO command=28 01 0d 00",
    ]);
    // The begin, the end, and the error: three sites.
    assertEquals(new Set(rows.map((row) => row.type)).size, 3);
  });
});

Deno.test("requests does the same in every run, and only its checks get slower by the switch", async () => {
  await withFolder(async (folder) => {
    const { entries } = await recordExample(folder, "requests", ["--count", "1000"]);
    const slow = await recordExample(folder, "requests", ["--count", "1000", "--slow-check", "50"]);
    const said = (of: readonly CapturedEntry[]) => of.map(({ event, message }) => `${event} ${message}`);
    assertEquals(said(slow.entries), said(entries));
    assertEquals(ofEvent(entries, "request_failed").map(({ message }) => message), [
      "id=499 error=EIO",
      "id=999 error=EIO",
    ]);
    const [checks, parses] = ["check", "parse"].map((name) => ofEvent(slow.entries, name));
    const shortest = (of: readonly CapturedEntry[] = []) =>
      Math.min(
        ...of.flatMap(({ row }, at) => at % 2 === 0 ? [] : [Number(row.ticks - of[at - 1]!.row.ticks)]),
      );
    assert(shortest(checks) > 5 * shortest(parses), "the delay is in the checks");
  });
});

Deno.test("walk logs every regular file once, with its size and hash, and follows no link", async () => {
  await withFolder(async (folder) => {
    const tree = join(folder, "tree");
    const files = new Map<string, Uint8Array>();
    for (let n = 0; n < 60; n++) {
      const path = join(tree, `d${n % 7}`, `e${n % 3}`, `file ${n}`);
      await Deno.mkdir(join(path, ".."), { recursive: true });
      const bytes = new Uint8Array(n * n * 3).map((_, at) => at * 31 + n);
      await Deno.writeFile(path, bytes);
      files.set(path, bytes);
    }
    await Deno.symlink(tree, join(tree, "link to itself"));
    await Deno.symlink("/etc/hostname", join(tree, "link to a file"));

    const { entries, result } = await recordExample(folder, "walk", ["--threads", "3", "--quiet", tree]);
    const logged = ofEvent(entries, "file").map(({ row, message, values }) => {
      assertEquals(row.severity, INFO);
      const { path, size, fnv1a, duration_ns } = values;
      assert(typeof duration_ns === "bigint" && duration_ns > 0n && typeof fnv1a === "bigint");
      // What is read by people, and by what they wrote when these were texts.
      const hash = fnv1a.toString(16).padStart(16, "0");
      assertEquals(message, `file size=${size} duration_ns=${duration_ns} fnv1a=${hash} path=${path}`);
      return [path, size, fnv1a];
    });
    const byPath = (a: unknown[], b: unknown[]) => String(a[0]) < String(b[0]) ? -1 : 1;
    const expected = [...files].map(([path, bytes]) => [path, BigInt(bytes.length), hashOf(bytes)]);
    assertEquals(logged.sort(byPath), expected.sort(byPath));
    const directories = ofEvent(entries, "directory");
    assertEquals(directories.length, 1 + 7 + 21);
    assert(directories.every(({ row }) => row.severity === DEBUG), "directories are for debugging");
    assertEquals(directories.find(({ values }) => values["path"] === tree)?.values["entries"], 9);
    const done = ofEvent(entries, "thread_done").map(({ values }) => values);
    assertEquals(done.map(({ thread }) => thread).sort(), [0, 1, 2]);
    assertEquals(done.reduce((sum, { files }) => sum + Number(files), 0), 60);
    assertEquals(entries.length, 60 + 29 + 3);
    assertEquals(result.lost, 0);
  });
});

Deno.test("walk warns of what it cannot read and goes on", async () => {
  await withFolder(async (folder) => {
    // Some of the system's switches can be written only, even by root.
    const { entries } = await recordExample(folder, "walk", ["--quiet", "/proc/sys/vm"]);
    const warnings = ofEvent(entries, "unreadable");
    assert(warnings.length > 0, "there must be something unreadable");
    for (const { row, message, values } of warnings) {
      assertEquals([row.severity, values["what"]], [WARN, "file"]);
      assertMatch(message, /^file unreadable errno=E\w+ path=\/proc\/sys\/vm\//);
      assertEquals(message, `file unreadable errno=${values["errno_name"]} path=${values["path"]}`);
    }
    assert(ofEvent(entries, "file").length > 0, "the others are read");
  });
});

Deno.test("walk stops in order when its time is over", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "a"), "b");
    const { entries } = await recordExample(folder, "walk", [
      "--threads=2",
      "--limit-seconds=0",
      "--quiet",
      folder,
    ]);
    assertEquals(entries.map(({ event }) => event), ["thread_done", "thread_done"]);
  });
});

Deno.test("walk refuses options that cannot be with one clear line and the usage", async () => {
  for (const args of [["--threads", "0"], ["--limit-seconds", "soon"], ["--nope"], ["/nowhere/at/all"]]) {
    const { code, stderr } = await new Deno.Command(await example("walk"), { args, stdin: "null" }).output();
    assertEquals(code, 2);
    assertMatch(new TextDecoder().decode(stderr), /^walk: .+\nusage: .+\n$/);
  }
});

Deno.test("compat reads its own driver's entries in the order of Index", async () => {
  const { code, stdout } = await new Deno.Command(await example("compat"), { stdin: "null" }).output();
  assertEquals(code, 0);
  const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
  const indexes = lines.map((line) => Number(/^\[CPU\d+\]\[(\d+)\] /.exec(line)?.[1]));
  assertEquals(indexes, indexes.toSorted((a, b) => a - b));
  for (const device of [0, 1]) {
    const own = lines.filter((line) => line.includes(`device ${device}`)).map((line) =>
      line.replace(/^\S+ /, "")
    );
    assertEquals(own, [
      `level 1: [device ${device}] started`,
      ...Array<string>(5).fill(`level 100: 16 bytes of device ${device}`),
      `level 101: 0 bytes of device ${device}`,
    ]);
  }
});
