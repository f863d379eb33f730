/**
 * The example programs, recorded for real.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { ensureBuilt } from "../../runtime/build/build.ts";
import { record, type RecordResult } from "../../runtime/capture/record.ts";
import { readCaptured, type Row } from "../../tests/stress/oracle/captured.ts";

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
  readonly rows: readonly Row[];
}

/** Records an example in `folder`. */
async function recordExample(folder: string, name: string, args: readonly string[] = []): Promise<Recorded> {
  const command = { program: await example(name), args, stdout: "stderr" } as const;
  const result = await record({ dir: join(folder, "captures"), command });
  assertEquals(result.commandStatus, { code: 0, signal: null });
  return { result, rows: (await readCaptured(result.path)).rows };
}

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "ringscope-examples-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function textOf(row: Row): string {
  return new TextDecoder().decode(row.payload);
}

/** FNV-1a, 64 bits, in hex. */
function hashOf(bytes: Uint8Array): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, "0");
}

Deno.test("hello logs a text, a warning and four bytes", async () => {
  await withFolder(async (folder) => {
    const { rows } = await recordExample(folder, "hello");
    assertEquals(rows.map((row) => row.severity), [INFO, WARN, INFO]);
    assertEquals(rows.slice(0, 2).map(textOf), ["Hello from Ringscope", "4 bytes will follow"]);
    const [, , data] = rows;
    assertEquals([data?.type, data?.remarks, [...data?.payload ?? []]], [7, 42, [0xde, 0xad, 0xbe, 0xef]]);
  });
});

Deno.test("events logs spans until it switches them off, and errors to the end", async () => {
  await withFolder(async (folder) => {
    const { rows } = await recordExample(folder, "events");
    const ERROR = 5, EVENT = 2;
    assert(rows.every((row) => row.kind === EVENT && row.type > 0));
    assertEquals(rows.map((row) => row.severity), [
      ...Array.from({ length: 6 }, () => [DEBUG, DEBUG]).flat(),
      ...[DEBUG, ERROR, DEBUG],
      ...Array.from({ length: 3 }, () => [DEBUG, DEBUG]).flat(),
      ERROR,
    ]);
    // tag, errno, then four bytes behind their length
    const errors = rows.filter((row) => row.severity === ERROR).map((row) => [...row.payload]);
    assertEquals(errors, [
      [6, 0, 0, 0, 5, 0, 0, 0, 4, 0, 0x28, 0, 6, 0],
      [13, 0, 0, 0, 5, 0, 0, 0, 4, 0, 0x28, 1, 13, 0],
    ]);
    // The begin, the end, and the error: three sites.
    assertEquals(new Set(rows.map((row) => row.type)).size, 3);
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

    const { rows, result } = await recordExample(folder, "walk", ["--threads", "3", "--quiet", tree]);
    const logged = rows.filter((row) => textOf(row).startsWith("file ")).map((row) => {
      assertEquals(row.severity, INFO);
      const fields = /^file size=(\d+) duration_ns=\d+ fnv1a=([0-9a-f]{16}) path=(.*)$/.exec(textOf(row));
      assert(fields !== null, textOf(row));
      return [fields[3], Number(fields[1]), fields[2]];
    });
    const byPath = (a: unknown[], b: unknown[]) => String(a[0]) < String(b[0]) ? -1 : 1;
    const expected = [...files].map(([path, bytes]) => [path, bytes.length, hashOf(bytes)]);
    assertEquals(logged.sort(byPath), expected.sort(byPath));
    const directories = rows.filter((row) => textOf(row).startsWith("directory "));
    assertEquals(directories.length, 1 + 7 + 21);
    assert(directories.every((row) => row.severity === DEBUG), "directories are for debugging");
    assertEquals(rows.filter((row) => /^thread \d done /.test(textOf(row))).length, 3);
    assertEquals(result.lost, 0);
  });
});

Deno.test("walk warns of what it cannot read and goes on", async () => {
  await withFolder(async (folder) => {
    // Some of the system's switches can be written only, even by root.
    const { rows } = await recordExample(folder, "walk", ["--quiet", "/proc/sys/vm"]);
    const warnings = rows.filter((row) => row.severity === WARN).map(textOf);
    assert(warnings.length > 0, "there must be something unreadable");
    for (const warning of warnings) {
      assertMatch(warning, /^file unreadable error=".+" path=\/proc\/sys\/vm\//);
    }
    assert(rows.some((row) => textOf(row).startsWith("file size=")), "the others are read");
  });
});

Deno.test("walk stops in order when its time is over", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "a"), "b");
    const { rows } = await recordExample(folder, "walk", [
      "--threads=2",
      "--limit-seconds=0",
      "--quiet",
      folder,
    ]);
    assertEquals(rows.map(textOf).filter((text) => !text.startsWith("thread ")), []);
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
