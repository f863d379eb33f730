import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { EntryState, Mode } from "../../../abi/layout.ts";
import { buildProgram } from "../../../build/build_program.ts";
import { CaptureLog } from "../../../capture_log.ts";
import { CaptureError } from "../../../errors.ts";
import { readSetHeader } from "../../../reader/set_header.ts";
import { openStore } from "../../../store/store.ts";
import {
  importMemory,
  listMemorySets,
  type MemoryImportOptions,
  type MemoryImportResult,
} from "../import_memory.ts";
import { MADE, makeRings, numbered, randomNumbers } from "../test_support.ts";
import { BLOB_HEADER_BYTES, RecordKind } from "./secondary_blob.ts";
import { minidump, recordsOf, seal, secondaryBlob, type TestRecord } from "./test_dumps.ts";

/** Of an entry with a text of 40 bytes. */
const ENTRY_BYTES = 96;
const texts = numbered(300);
/** One ring, so that it does not matter on which processors the test runs. */
const rings = await makeRings(texts, { ringCount: 1 });

async function imported(
  image: Uint8Array,
  check: (result: MemoryImportResult, messages: string[]) => Promise<void> | void,
  options: Partial<MemoryImportOptions> = {},
): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeFile(join(dir, "mini.dmp"), image);
    const captures = join(dir, "captures");
    const result = await importMemory(join(dir, "mini.dmp"), { dir: captures, ...options });
    assertEquals((await Array.fromAsync(Deno.readDir(captures))).map(({ name }) => name), [result.name]);
    await using log = await CaptureLog.open(result.path, {});
    await check(result, (await Array.fromAsync(log.entries())).map(({ message }) => message ?? ""));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function refused(image: Uint8Array, message: string): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeFile(join(dir, "mini.dmp"), image);
    await assertRejects(
      () => importMemory(join(dir, "mini.dmp"), { dir: join(dir, "captures") }),
      CaptureError,
      message,
    );
    assertEquals(await Array.fromAsync(Deno.readDir(join(dir, "captures"))).catch(() => []), []);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("of a minidump come the newest entries, and what was before them is said and not counted", async () => {
  const blob = secondaryBlob(recordsOf(rings, { room: 100 * ENTRY_BYTES + 7 }));
  await imported(minidump([blob]), async (result, messages) => {
    assertEquals(messages, texts.slice(200));
    assertEquals([result.form, result.attempts, result.read, result.lost], ["Windows minidump", 100, 100, 0]);
    assert(result.balanced);
    assertEquals(result.warnings, [
      "it is a minidump: of each ring it has the newest entries only; 200 attempts before them are not in it and are not counted",
    ]);
    const { complete, driver, source } = JSON.parse(
      await Deno.readTextFile(join(result.path, "capture.json")),
    );
    assertEquals([complete, driver, source.memory.attempts_before], [false, "windows", 200]);
    await using store = await openStore([result.path]);
    const { rows } = await store.query("SELECT trustworthy, reasons[1] FROM capture_health");
    assertEquals(rows.map((row) => [...row]), [[
      false,
      "it is not complete: it did not end in order, or is still being recorded",
    ]]);
  });
});

/** What the code of the drivers adds to a minidump, where it has so much room. */
async function blobOfDriver(set: Uint8Array<ArrayBuffer>, room: number): Promise<Uint8Array<ArrayBuffer>> {
  const program = await buildProgram({
    name: "tests/memory_secondary",
    sources: [
      fromFileUrl(new URL("../testdata/secondary.c", import.meta.url)),
      "driver/core/dump_secondary.c",
      "driver/core/dump.c",
    ],
  });
  const command = new Deno.Command(program, {
    args: ["default", String(MADE), String(room)],
    stdin: "piped",
    stdout: "piped",
  });
  await using child = command.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(set);
  await writer.close();
  const { success, stdout } = await child.output();
  assert(success, "the program that writes what the driver adds failed");
  return stdout;
}

Deno.test("what the driver's own code adds to a minidump is read, whatever room it had", async () => {
  // Of a set of user mode the intents alone take 128 KiB.
  for (const room of [2 ** 20, 150_000]) {
    await imported(minidump([await blobOfDriver(rings, room)]), (result, messages) => {
      assertEquals(messages, texts.slice(-messages.length));
      assertEquals(messages.length === texts.length, room === 2 ** 20);
      assert(messages.length > 50, `${messages.length} entries`);
      assertEquals([result.attempts, result.lost, result.balanced], [messages.length, 0, true]);
    });
  }
  await refused(
    minidump([await blobOfDriver(rings, 1000)]),
    "and the driver found no room in it for its rings",
  );
});

Deno.test("a minidump with room for everything has everything, wherever other drivers' data lie", async () => {
  const other = new TextEncoder().encode("RSDUNDRY of somebody else");
  const blob = secondaryBlob(recordsOf(rings));
  // Across a boundary of the pieces in which it is looked for.
  for (const at of [0x40_000, 2 ** 22 - 5, 2 ** 22 + 1]) {
    await imported(minidump([other, blob], at), (result, messages) => {
      assertEquals(messages, texts);
      assertEquals([result.attempts, result.lost, result.balanced], [300, 0, true]);
    });
  }
});

Deno.test("a ring that overwrites gives its newest entries", async () => {
  const many = numbered(3_000);
  const overwritten = await makeRings(many, { mode: Mode.overwrite, ringCount: 1 });
  await imported(
    minidump([secondaryBlob(recordsOf(overwritten, { room: 50 * ENTRY_BYTES }))]),
    (result, messages) => {
      assertEquals(messages, many.slice(-messages.length));
      assert(messages.length >= 49 && messages.length <= 100, `${messages.length} entries`);
      assertEquals([result.lost, result.balanced], [0, true]);
    },
  );
});

Deno.test("an entry that was being written is abandoned, and those that a reader had taken are told", async () => {
  const taken = await makeRings(texts, { recordAfter: 200, ringCount: 1 });
  const { dataOff } = readSetHeader(taken, taken.length, "the rings");
  const view = new DataView(taken.buffer);
  const at = dataOff + 250 * ENTRY_BYTES;
  view.setBigUint64(at, view.getBigUint64(at, true) & ~7n | BigInt(EntryState.reserved), true);
  await imported(minidump([secondaryBlob(recordsOf(taken))]), (result, messages) => {
    assertEquals(messages, texts.filter((_, n) => n !== 250));
    assertEquals([result.attempts, result.abandoned, result.lost, result.balanced], [300, 1, 1, true]);
    assertStringIncludes(result.warnings[1] ?? "", "200 of its entries had been taken by a reader");
  });
});

Deno.test("what was refused between the newest entries is counted as it is in the rings", async () => {
  // 170 of 96 bytes fill the ring of 16 KiB; 130 more find it full.
  const full = await makeRings(texts, { ringBytes: 16384, ringCount: 1 });
  await imported(
    minidump([secondaryBlob(recordsOf(full, { room: 20 * ENTRY_BYTES }))]),
    (result, messages) => {
      assertEquals(messages.at(-1), texts[169]);
      assertEquals([messages.length, result.attempts, result.lost_full, result.lost], [20, 150, 130, 130]);
      assert(result.balanced);
    },
  );
});

Deno.test("a ring that found no room is said, and so are call sites that found none", async () => {
  const records = recordsOf(await makeRings(texts)).filter(([kind, , [a]]) =>
    kind !== RecordKind.ring || a !== 1n
  );
  const [kind, set, [a, , c, d], data] = records[0]!;
  records[0] = [kind, set, [a, 5n, c, d], data];
  await imported(minidump([secondaryBlob(records)]), (result) => {
    assertEquals(result.warnings.slice(1), [
      "the minidump has nothing of ring 1",
      "its call sites found no room in the minidump: events show as <unknown site>",
    ]);
    assert(result.balanced);
  });
});

Deno.test("one of several sets of a minidump is chosen by its name", async () => {
  const records = [
    ...recordsOf(await makeRings(["of the disk"]), { name: "disk" }),
    ...recordsOf(await makeRings(["of the net"]), { name: "net", set: 1 }),
  ];
  const image = minidump([secondaryBlob(records)]);
  await refused(image, 'it holds 2 ring sets: "disk"');
  await imported(image, (_, messages) => assertEquals(messages, ["of the net"]), { set: "net" });
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, image);
    const { form, sets } = await listMemorySets(path);
    assertEquals([form, ...sets.map(({ name, os, ringCount, problem }) => [name, os, ringCount, problem])], [
      "Windows minidump",
      ["disk", "windows", 2, null],
      ["net", "windows", 2, null],
    ]);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a minidump without the driver's data, or with damaged data, is refused with what to do", async () => {
  await refused(
    minidump([]),
    "the driver was not loaded, or could not add its rings; let Windows write kernel dumps",
  );
  const torn = secondaryBlob(recordsOf(rings));
  torn[5000]! ^= 1;
  await refused(minidump([torn]), "what the driver has added is torn");
  const foreign = secondaryBlob(recordsOf(rings));
  foreign[16] = 2;
  await refused(minidump([seal(foreign)]), "what the driver has added is of another version");
  await refused(
    minidump([secondaryBlob(recordsOf(rings)).subarray(0, 9000)]),
    "what the driver has added is torn",
  );
});

Deno.test("records that contradict the set are refused", async () => {
  const change = (kind: number, to: (record: TestRecord) => TestRecord) => {
    let isDone = false;
    return minidump([secondaryBlob(
      recordsOf(rings).map((record) => {
        if (isDone || record[0] !== kind) return record;
        isDone = true;
        return to(record);
      }),
    )]);
  };
  await refused(
    change(RecordKind.bytes, ([kind, set, , data]) => [kind, set, [0n, 0n, 0n, 0n], data]),
    "136 bytes at 0, where no page of counters",
  );
  await refused(
    change(RecordKind.ring, ([kind, set, [, b, c, d], data]) => [kind, set, [9n, b, c, d], data]),
    "a ring 9 that cannot be",
  );
  await refused(
    change(RecordKind.ring, ([kind, set, [a, b, c, d], data]) => [kind, set, [a, b, c + 8n, d], data]),
    "ring 0 from 0 to",
  );
});

const EVIL = [0n, 1n, 8n, 0xffffn, 2n ** 32n - 1n, 2n ** 40n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n - 4096n];

Deno.test("blobs with numbers changed at random are read or refused, soon", async () => {
  const random = randomNumbers(Number(Deno.env.get("RINGSCOPE_FUZZ_SEED") ?? 8));
  const rounds = Number(Deno.env.get("RINGSCOPE_FUZZ_ROUNDS") ?? 16);
  const records = recordsOf(rings, { room: 20 * ENTRY_BYTES });
  const dir = await Deno.makeTempDir();
  const ends = { read: 0, refused: 0 };
  try {
    for (let round = 0; round < rounds; round++) {
      const blob = secondaryBlob(records);
      const view = new DataView(blob.buffer);
      for (let n = 0; n <= random(3); n++) {
        // In a third of the rounds wherever it may be, else in the head of a record or in what it begins with.
        const at = random(3) === 0
          ? random(blob.length - 8)
          : headAt(blob, random(records.length)) + 8 * random(24);
        view.setBigUint64(Math.min(at, blob.length - 8), EVIL[random(EVIL.length)]!, true);
      }
      const path = join(dir, "mini.dmp");
      await Deno.writeFile(path, minidump([seal(blob)]));
      const started = performance.now();
      try {
        const { attempts, entries, balanced } = await importMemory(path, { dir: join(dir, `${round}`) });
        assert(entries <= 40 && (balanced || attempts > 300), `${entries} entries of ${attempts} attempts`);
        ends.read++;
      } catch (error) {
        if (!(error instanceof CaptureError)) throw error;
        ends.refused++;
      }
      assert(performance.now() - started < 60_000, `round ${round} took ${performance.now() - started} ms`);
    }
    assert(ends.read > 0 && ends.refused > 0, JSON.stringify(ends));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

function headAt(blob: Uint8Array<ArrayBuffer>, record: number): number {
  const view = new DataView(blob.buffer);
  let at = BLOB_HEADER_BYTES;
  for (let n = 0; n < record; n++) at += 48 + Math.ceil(Number(view.getBigUint64(at + 8, true)) / 8) * 8;
  return at;
}
