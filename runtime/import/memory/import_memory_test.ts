import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import zlib from "node:zlib";
import { EntryState, Mode, Order } from "../../abi/layout.ts";
import { CaptureLog } from "../../capture_log.ts";
import { CaptureError } from "../../errors.ts";
import { readSetHeader } from "../../reader/set_header.ts";
import { openStore } from "../../store/store.ts";
import { PageFlag } from "./decompress.ts";
import {
  importMemory,
  listMemorySets,
  type MemoryImportOptions,
  type MemoryImportResult,
} from "./import_memory.ts";
import { elfImage, flattenedImage, kdumpImage, limeImage, rawImage } from "./test_images.ts";
import { makeMemory, makeRings, type Memory, numbered, placeSet } from "./test_support.ts";

const FRAMES = 1200;

async function withFolder(run: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await run(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function messagesOf(path: string): Promise<string[]> {
  await using log = await CaptureLog.open(path, {});
  return (await Array.fromAsync(log.entries())).map(({ message }) => message ?? "");
}

async function ask(path: string, query: string): Promise<unknown[][]> {
  await using store = await openStore([path]);
  return (await store.query(query)).rows.map((row) => [...row]);
}

/** Imports an image of these bytes into a folder that holds nothing else. */
async function imported(
  image: Uint8Array,
  check: (result: MemoryImportResult) => Promise<void> | void,
  options: Partial<MemoryImportOptions> = {},
): Promise<void> {
  await withFolder(async (dir) => {
    await Deno.writeFile(join(dir, "image"), image);
    const captures = join(dir, "captures");
    const result = await importMemory(join(dir, "image"), { dir: captures, ...options });
    assertEquals((await Array.fromAsync(Deno.readDir(captures))).map(({ name }) => name), [result.name]);
    await check(result);
  });
}

async function refused(
  image: Uint8Array,
  message: string,
  options: Partial<MemoryImportOptions> = {},
): Promise<void> {
  await withFolder(async (dir) => {
    await Deno.writeFile(join(dir, "image"), image);
    const captures = join(dir, "captures");
    await Deno.mkdir(captures);
    await assertRejects(
      () => importMemory(join(dir, "image"), { dir: captures, ...options }),
      CaptureError,
      message,
    );
    assertEquals(await Array.fromAsync(Deno.readDir(captures)), []);
  });
}

async function memoryWith(
  texts: readonly string[],
  options = {},
): Promise<{ memory: Memory; frames: readonly number[] }> {
  const memory = makeMemory(FRAMES);
  const { frames } = await placeSet(memory, await makeRings(texts, options));
  return { memory, frames };
}

const texts = numbered(300);
const { memory } = await memoryWith(texts);
const whole = [{ frame: 0, count: FRAMES }];
const zlibPacking = { flag: PageFlag.zlib, pack: (page: Uint8Array) => zlib.deflateSync(page) };

const forms: Record<string, { image: Uint8Array; form: string }> = {
  "raw memory": { image: rawImage(memory), form: "raw memory" },
  "an ELF core": {
    image: elfImage(memory, [{ frame: 0, count: 500 }, { frame: 500, count: FRAMES - 500 }]),
    form: "ELF core",
  },
  "a LiME image": { image: limeImage(memory, whole), form: "LiME image" },
  "a kdump with zlib": { image: kdumpImage(memory, zlibPacking), form: "kdump (zlib)" },
  "a kdump without pages of zeros": {
    image: kdumpImage(memory, { ...zlibPacking, level: 31 }),
    form: "kdump (zlib)",
  },
};
for (const [name, { image, form }] of Object.entries(forms)) {
  Deno.test(`the entries of a ring set come out of ${name}`, async () => {
    await imported(image, async (result) => {
      assertEquals(await messagesOf(result.path), texts);
      assertEquals(result.form, form);
      assertEquals([result.attempts, result.read, result.lost, result.pending], [300, 300, 0, 0]);
      assert(result.balanced);
      assertEquals(result.warnings, []);
    });
  });
}

Deno.test("the numbers of an import may be trusted where nothing is missing, and SQL says so", async () => {
  await imported(rawImage(memory), async ({ path }) => {
    assertEquals(await ask(path, "SELECT trustworthy, reasons FROM capture_health"), [[true, []]]);
    assertEquals(await ask(path, "SELECT driver, host FROM captures"), [["linux", ""]]);
    assertEquals(await ask(path, "SELECT count(*) FROM order_violations"), [[0n]]);
  });
});

Deno.test("the same image in pieces of any order gives the same entries", async () => {
  const image = kdumpImage(memory, zlibPacking);
  const cuts = [0, 5_000, 5_001, 0.4 * image.length, 0.9 * image.length, image.length].map(Math.floor);
  const pieces = cuts.slice(1).map((end, n) => [cuts[n]!, end - cuts[n]!] as const).reverse();
  await imported(flattenedImage(image, pieces), async (result) => {
    assertEquals(await messagesOf(result.path), texts);
    assertEquals(result.form, "kdump (zlib), flattened");
  });
});

Deno.test("memory above 4 GiB is found at its physical address", async () => {
  const high = makeMemory(FRAMES);
  const rings = await makeRings(numbered(20));
  const shifted: Memory = new Map([...high].map(([frame, page]) => [frame + 0x180_000, page]));
  await placeSet(shifted, rings);
  const image = elfImage(shifted, [{ frame: 0x180_000 + 600, count: 600 }, { frame: 0x180_000, count: 600 }]);
  await imported(image, async (result) => assertEquals(await messagesOf(result.path), numbered(20)));
});

for (const [mode, order] of [["overwrite", "index"], ["discard", "clock"], ["overwrite", "clock"]] as const) {
  Deno.test(`rings in ${mode} mode and ${order} order are read as live ones`, async () => {
    const many = numbered(5_000);
    let memory: Memory;
    try {
      ({ memory } = await memoryWith(mode === "overwrite" ? many : texts, {
        mode: Mode[mode],
        order: Order[order],
      }));
    } catch (error) {
      // A machine whose counter is not invariant makes no such rings.
      if (order === "clock" && error instanceof Error && error.message.includes("clock order")) return;
      throw error;
    }
    await imported(rawImage(memory), async (result) => {
      const messages = await messagesOf(result.path);
      const all = mode === "overwrite" ? many : texts;
      assert(messages.length >= 300);
      if (mode === "discard") assertEquals(messages, all);
      // Nobody runs here: what is there is the newest of each ring.
      else assertEquals(messages.at(-1), all.at(-1));
      assert(result.balanced);
    });
  });
}

/** Changes the state words of these entries in a ring set into which texts of 40 bytes were logged by a process that lives. */
function changeStates(
  rings: Uint8Array<ArrayBuffer>,
  changes: Readonly<Record<number, (word: bigint) => bigint>>,
): void {
  const view = new DataView(rings.buffer);
  const { ringOff, dataOff, ringBytes } = readSetHeader(rings, rings.length, "the rings");
  const ring = [0, 1].find((n) => view.getBigUint64(ringOff + n * 4096, true) !== 0n)!;
  for (const [n, change] of Object.entries(changes)) {
    const at = dataOff + ring * ringBytes + Number(n) * 96;
    view.setBigUint64(at, change(view.getBigUint64(at, true)), true);
  }
}

Deno.test("what its writer had not committed is abandoned, in its place, although that writer still lives here", async () => {
  const rings = await makeRings(texts);
  const reserved = (word: bigint) => word & ~7n | BigInt(EntryState.reserved);
  changeStates(rings, { 100: reserved, 299: reserved });
  const memory = makeMemory(FRAMES);
  await placeSet(memory, rings);
  await imported(rawImage(memory), async ({ path, abandoned, lost, read, pending, balanced }) => {
    assertEquals(await messagesOf(path), texts.filter((_, n) => n !== 100 && n !== 299));
    assertEquals({ abandoned, lost, read, pending, balanced }, {
      abandoned: 2,
      lost: 2,
      read: 298,
      pending: 0,
      balanced: true,
    });
    assertEquals(await ask(path, "SELECT cause, lost, prev_seq, next_seq FROM gaps ORDER BY prev_seq"), [
      ["abandoned", 1n, 99n, 101n],
      ["abandoned", 1n, 298n, null],
    ]);
  });
});

Deno.test("an entry that was reserved and not even marked is lost in its place, and nothing else is", async () => {
  const rings = await makeRings(texts);
  changeStates(rings, { 150: () => 0n });
  const memory = makeMemory(FRAMES);
  await placeSet(memory, rings);
  await imported(rawImage(memory), async ({ path, lost, balanced }) => {
    assertEquals(await messagesOf(path), texts.filter((_, n) => n !== 150));
    assertEquals([lost, balanced], [1, true]);
  });
});

Deno.test("an import goes on where a capture stopped that had taken entries before the machine did", async () => {
  const rings = await makeRings(texts, { recordAfter: 200 });
  const memory = makeMemory(FRAMES);
  await placeSet(memory, rings);
  await imported(rawImage(memory), async ({ path, attempts, lost, warnings }) => {
    assertEquals(await messagesOf(path), texts.slice(200));
    assertEquals([attempts, lost, warnings], [100, 0, []]);
  });
});

Deno.test("the capture tells of the machine that stopped, not of this one", async () => {
  const vmcoreinfo = "OSRELEASE=6.1.0-56-amd64\nPAGESIZE=4096\nCRASHTIME=1790000123\n";
  await imported(elfImage(memory, whole, vmcoreinfo, 4), async ({ path }) => {
    const json = JSON.parse(await Deno.readTextFile(join(path, "capture.json")));
    assertEquals([json.host, json.os, json.arch, json.processors], ["", "linux 6.1.0-56-amd64", "x86_64", 4]);
    assertEquals([json.started, json.stopped, json.driver], [
      "2026-09-21T14:13:20.000000000Z",
      "2026-09-21T14:15:23.000000000Z",
      "linux",
    ]);
    assertEquals(json.source.memory.form, "ELF core");
    assertEquals(json.source.memory.set, "default");
    assertStringIncludes(json.source.memory.image, "/image");
    assertEquals(json.complete, true);
  });
});

Deno.test("several ring sets are listed, and one is chosen by its name or number", async () => {
  const memory = makeMemory(3 * FRAMES);
  const taken = new Set<number>();
  await placeSet(memory, await makeRings(["of the disk"]), { name: "disk", taken });
  await placeSet(memory, await makeRings(["of the net"]), { name: "net", seed: 2, taken });
  const image = rawImage(memory);
  await refused(image, 'it holds 2 ring sets: "disk"');
  await refused(image, 'it holds no ring set "gpu"; it has "disk"', { set: "gpu" });
  await imported(image, async ({ path, set }) => {
    assertEquals(set, "net");
    assertEquals(await messagesOf(path), ["of the net"]);
  }, { set: "net" });
  await withFolder(async (dir) => {
    await Deno.writeFile(join(dir, "image"), image);
    const { sets } = await listMemorySets(join(dir, "image"));
    assertEquals(sets.map(({ name, ringCount, problem }) => [name, ringCount, problem]), [["disk", 2, null], [
      "net",
      2,
      null,
    ]]);
    await imported(image, ({ set }) => assertEquals(set, "disk"), { set: sets[0]!.setId.slice(0, 6) });
  });
});

Deno.test("descriptors that a removed set left behind do not hide the set that is there", async () => {
  const memory = makeMemory(3 * FRAMES);
  const old = await placeSet(memory, await makeRings(["of the removed set"]));
  // Its pages were given to somebody else, the descriptors lie in free memory; one of them is torn.
  for (const frame of old.frames) memory.set(frame, new Uint8Array(4096).fill(0x5a));
  const taken = new Set([...old.frames, ...old.blockFrames]);
  await placeSet(memory, await makeRings(["of the new set"]), { seed: 5, taken });
  await imported(rawImage(memory), async ({ path, warnings }) => {
    assertEquals(await messagesOf(path), ["of the new set"]);
    assertEquals(warnings, []);
  });
});

Deno.test("a torn descriptor is said and not believed", async () => {
  const torn = new Map(memory);
  const [frame, block] = [...memory].find(([, page]) =>
    new DataView(page.buffer).getUint32(0, true) === 0x55445352
  )!;
  const copy = block.slice();
  copy[200]! ^= 1;
  // Beside the good one, as one that was being changed in another place.
  const free = [...torn].find(([, page]) => page[100] === page[200] && page[100]! < 7)![0];
  torn.set(free, copy);
  await imported(rawImage(torn), ({ entries, warnings }) => {
    assertEquals(entries, 300);
    assertEquals(warnings, [
      "1 pages begin as descriptors of ring sets do and are torn; they were not believed",
    ]);
  });
  torn.set(frame, copy);
  await refused(rawImage(torn), "it holds no ring set (it was read as raw memory)");
});

Deno.test("an image that is cut short gives what it holds, and says what is missing", async () => {
  const { memory, frames } = await memoryWith(texts);
  // The header and everything but pages of one ring's data lie in front.
  const image = rawImage(memory);
  const last = Math.max(...frames);
  await imported(image.subarray(0, last * 4096), ({ warnings, balanced }) => {
    assert(balanced);
    assertEquals(warnings.length <= 2, true);
  });
});

Deno.test("nothing is left of an import that is given up", async () => {
  await withFolder(async (dir) => {
    const image = join(dir, "image"), captures = join(dir, "captures");
    await Deno.writeFile(image, rawImage(memory));
    // Holes that no machine reads before somebody wants out.
    await Deno.truncate(image, 64 * 2 ** 30);
    const controller = new AbortController();
    const heard: string[] = [];
    const options = {
      dir: captures,
      signal: controller.signal,
      onProgress: ({ phase }: { phase: string }) => {
        heard.push(phase);
        controller.abort(new Error("enough"));
      },
    };
    await assertRejects(() => importMemory(image, options), Error, "enough");
    assertEquals(heard, ["scan"]);
    assertEquals(await Array.fromAsync(Deno.readDir(captures)).catch(() => []), []);
  });
});

for (
  const [what, bytes, message] of [
    ["a dump of 32-bit Windows", "PAGEDUMP", "the rings are those of 64-bit systems"],
    ["a compressed file", "\x1f\x8b\x08\0", "unpack it with gunzip first"],
    ["a qcow2 disk", "QFI\xfb", "virsh dump --memory-only"],
    ["an image of avml", "AVML", "avml-convert"],
  ] as const
) {
  Deno.test(`${what} is refused with what to do`, async () => {
    const image = new Uint8Array(8192);
    for (let n = 0; n < bytes.length; n++) image[n] = bytes.charCodeAt(n);
    await refused(image, message);
  });
}

Deno.test("memory without a ring set, an empty file and a program are refused", async () => {
  await refused(rawImage(makeMemory(20)), "it holds no ring set");
  await refused(new Uint8Array(0), "0 bytes are no image of memory");
  await refused(
    await Deno.readFile(Deno.execPath()).then((bytes) => bytes.subarray(0, 65536)),
    "it is an ELF file and no core",
  );
});
