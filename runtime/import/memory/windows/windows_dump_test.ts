import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { CaptureLog } from "../../../capture_log.ts";
import { CaptureError } from "../../../errors.ts";
import { importMemory, type MemoryImportResult } from "../import_memory.ts";
import { openImage } from "../open_image.ts";
import { PAGE_BYTES, type PageSource, PageState } from "../page_source.ts";
import { makeSteps } from "../steps.ts";
import { joinBytes, type Piece } from "../test_images.ts";
import { makeMemory, makeRings, type Memory, numbered, placeSet, WINDOWS } from "../test_support.ts";
import { bitmapDump, dumpHeader, rangesDump, runsDump } from "./test_dumps.ts";

const { missing, present } = PageState;
const texts = numbered(300);

async function withFile(
  bytes: Uint8Array,
  check: (path: string, dir: string) => Promise<void> | void,
): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeFile(join(dir, "MEMORY.DMP"), bytes);
    await check(join(dir, "MEMORY.DMP"), dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function imported(
  image: Uint8Array,
  check: (
    result: MemoryImportResult,
    messages: string[],
    json: Record<string, unknown>,
  ) => Promise<void> | void,
): Promise<void> {
  await withFile(image, async (path, dir) => {
    const result = await importMemory(path, { dir: join(dir, "captures") });
    await using log = await CaptureLog.open(result.path, {});
    const messages = (await Array.fromAsync(log.entries())).map(({ message }) => message ?? "");
    await check(result, messages, JSON.parse(await Deno.readTextFile(join(result.path, "capture.json"))));
  });
}

async function refused(image: Uint8Array, message: string): Promise<void> {
  await withFile(image, async (path) => {
    try {
      (await openImage(path, makeSteps()))[Symbol.dispose]();
    } catch (error) {
      assert(error instanceof CaptureError, String(error));
      assertStringIncludes(error.message, message);
      assertEquals(error.message.split("\n").length, 1);
      return;
    }
    throw new Error(`it was not refused: ${message}`);
  });
}

function statesOf(source: PageSource, frame: number, count: number): number[] {
  return [...source.readPhysicalPages(frame, count, new Uint8Array(count * PAGE_BYTES))];
}

function pageAt(source: PageSource, frame: number): Uint8Array {
  const page = new Uint8Array(PAGE_BYTES).fill(0xcc);
  source.readPhysicalPages(frame, 1, page);
  return page;
}

async function memoryWith(frames: number): Promise<{ memory: Memory; frames: readonly number[] }> {
  const memory = makeMemory(frames);
  // One ring, so that it does not matter on which processors the test runs.
  const placed = await placeSet(memory, await makeRings(texts, { ringCount: 1 }), { os: WINDOWS });
  return { memory, frames: placed.frames };
}

const { memory, frames } = await memoryWith(1200);
/** Physical memory has holes: below 640 KiB, below the devices, and from 4 GiB on. */
const runs: Piece[] = [{ frame: 0, count: 159, at: 1 }, { frame: 159, count: 441, at: 256 }, {
  frame: 600,
  count: 600,
  at: 0x10_0000,
}];
const moved: Memory = new Map(
  runs.flatMap(({ frame, count, at = frame }) =>
    Array.from({ length: count }, (_, n) => [at + n, memory.get(frame + n)!] as const)
  ),
);

/** The same set, with frames as they are behind the holes. */
async function movedMemory(): Promise<{ memory: Memory; frames: readonly number[] }> {
  const shifted: Memory = new Map(
    [...moved.keys()].map((frame) => [frame, new Uint8Array(PAGE_BYTES).fill(7)]),
  );
  const placed = await placeSet(shifted, await makeRings(texts), { os: WINDOWS });
  return { memory: shifted, frames: placed.frames };
}
const scattered = await movedMemory();
/** As runs of a memory whose frames are those of `scattered`. */
const scatteredRuns: Piece[] = runs.map(({ frame, count, at = frame }) => ({ frame: at, count }));

const whole: Record<string, { image: Uint8Array; form: string }> = {
  "a complete dump": { image: runsDump(scattered.memory, scatteredRuns), form: "Windows dump (runs)" },
  "a kernel dump": { image: bitmapDump(scattered.memory), form: "Windows dump (bitmap)" },
  "a kernel dump of the type before Windows 8": {
    image: bitmapDump(memory, { type: 2 }),
    form: "Windows dump (bitmap)",
  },
  "an active dump": {
    image: bitmapDump(scattered.memory, { type: 5, signature: "FDMPDUMP", gap: 0 }),
    form: "Windows dump (bitmap)",
  },
  "a debugger's kernel dump": { image: rangesDump(scattered.memory), form: "Windows dump (ranges)" },
  "a debugger's complete dump": {
    image: rangesDump(memory, { type: 10 }),
    form: "Windows dump (ranges)",
  },
};
for (const [name, { image, form }] of Object.entries(whole)) {
  Deno.test(`the entries of a ring set come out of ${name} of Windows`, async () => {
    await imported(image, (result, messages) => {
      assertEquals(messages, texts);
      assertEquals([result.form, result.attempts, result.lost, result.missingPages], [form, 300, 0, 0]);
      assert(result.balanced);
      assertEquals(result.warnings, []);
    });
  });
}

Deno.test("the capture tells of the Windows that stopped: its build, processors, time and bug check", async () => {
  await imported(bitmapDump(memory), (_result, _messages, json) => {
    assertEquals([json.driver, json.os, json.arch, json.processors, json.stopped], [
      "windows",
      "windows build 22631",
      "x86_64",
      8,
      "2026-09-21T14:15:23.000000000Z",
    ]);
    const { bug_check, form, crashed } = (json.source as { memory: Record<string, unknown> }).memory;
    assertEquals({ bug_check, form, crashed }, {
      bug_check: "0x000000d1 (0x10, 0x2, 0x0, 0xfffff80012345678)",
      form: "Windows dump (bitmap)",
      crashed: "2026-09-21T14:15:23.000000000Z",
    });
  });
});

Deno.test("entries on a page that a kernel dump leaves out are corrupt, in their place", async () => {
  // The first page of data of the ring that has entries: it begins with the first entry.
  const page = frames.findIndex((frame) =>
    new TextDecoder("latin1").decode(memory.get(frame)).includes("entry 0 ....")
  );
  const without = new Set([frames[page]!]);
  for (const image of [bitmapDump(memory, { without }), rangesDump(memory, { without, type: 10 })]) {
    await imported(image, (result, messages) => {
      // 96 bytes each: 42 and two thirds of the 43rd lie there.
      assertEquals(messages, texts.slice(43));
      assertEquals([result.corrupt, result.lost, result.missingPages], [43, 43, 1]);
      assert(result.balanced);
      assertEquals(result.warnings.length, 1);
    });
  }
});

Deno.test("a dump whose descriptor was left out says that it holds no ring set", async () => {
  const bare = makeMemory(64);
  await withFile(bitmapDump(bare), async (path, dir) => {
    const error = await importMemory(path, { dir: join(dir, "captures") }).catch((error) => error);
    assert(error instanceof CaptureError, String(error));
    assertStringIncludes(error.message, "it holds no ring set (it was read as Windows dump (bitmap))");
  });
});

Deno.test("of a dump with a bitmap each page is at its frame, and the others are missing", async () => {
  const without = new Set([0, 3, 4, 5, 17, 39]);
  const small = makeMemory(40);
  for (const dump of [bitmapDump(small, { without, gap: 3 }), rangesDump(small, { without })]) {
    await withFile(dump, async (path) => {
      using source = await openImage(path, makeSteps());
      assertEquals([...source.pageRuns()], [{ frame: 1, count: 2 }, { frame: 6, count: 11 }, {
        frame: 18,
        count: 21,
      }]);
      assertEquals(statesOf(source, 0, 8), [
        missing,
        present,
        present,
        missing,
        missing,
        missing,
        present,
        present,
      ]);
      for (const frame of [1, 6, 16, 18, 38]) assertEquals(pageAt(source, frame), small.get(frame)!);
      assertEquals(pageAt(source, 17), new Uint8Array(PAGE_BYTES));
      assertEquals(statesOf(source, 37, 6), [present, present, missing, missing, missing, missing]);
      assertEquals(statesOf(source, 2 ** 40, 2), [missing, missing]);
    });
  }
});

Deno.test("of a complete dump the pages of each run follow those of the run before", async () => {
  await withFile(runsDump(memory, runs), async (path) => {
    using source = await openImage(path, makeSteps());
    assertEquals(statesOf(source, 158, 4), [present, present, missing, missing]);
    assertEquals(pageAt(source, 256), memory.get(159)!);
    assertEquals(pageAt(source, 0x10_0000), memory.get(600)!);
    assertEquals(pageAt(source, 0x10_0000 + 599), memory.get(1199)!);
  });
});

Deno.test("a dump that ends within its pages gives those that it has, and says how many it lacks", async () => {
  const small = makeMemory(40);
  for (
    const dump of [
      bitmapDump(small),
      rangesDump(small, { type: 10 }),
      runsDump(small, [{ frame: 0, count: 40 }]),
    ]
  ) {
    await withFile(dump.subarray(0, dump.length - 3 * PAGE_BYTES + 100), async (path) => {
      using source = await openImage(path, makeSteps());
      // A range from frame 0 on ends the ranges: it is written from 1 on there.
      const { frame, count } = [...source.pageRuns()][0]!;
      assertEquals(frame + count, 37);
      assertEquals(statesOf(source, 36, 3), [present, missing, missing]);
      assertEquals(source.warnings, [
        "the image is cut short: 3 of the pages that it names lie behind its end",
      ]);
    });
  }
});

Deno.test("what is no dump with memory is refused in one line", async () => {
  await refused(joinBytes([new TextEncoder().encode("PAGEDUMP"), new Uint8Array(8192)]), "32-bit Windows");
  await refused(
    joinBytes([new TextEncoder().encode("MDMP"), new Uint8Array(8192)]),
    "a minidump of one process",
  );
  await refused(joinBytes([new TextEncoder().encode("MSCF"), new Uint8Array(8192)]), "cabextract");
  await refused(dumpHeader({ type: 1 }).subarray(0, 5000), "cut short within its header");
  await refused(dumpHeader({ type: 1, machine: 0x14c }), "a machine of the kind 0x14c");
  await refused(dumpHeader({ type: 3 }), "a header and no memory");
  await refused(joinBytes([dumpHeader({ type: 6 }), new Uint8Array(4096)]), "of type 6");
  await refused(dumpHeader({ type: 1 }), "1162297680 runs of memory");
});

Deno.test("a dump that contradicts itself is refused in one line", async () => {
  const small = makeMemory(40);
  const spoiled = (image: Uint8Array<ArrayBuffer>, at: number, value: bigint) => {
    new DataView(image.buffer).setBigUint64(at, value, true);
    return image;
  };
  await refused(
    runsDump(small, [{ frame: 0, count: 9 }, { frame: 8, count: 3 }]),
    "its runs of memory overlap",
  );
  await refused(
    spoiled(runsDump(small, [{ frame: 0, count: 9 }]), 0x90, 10n),
    "it names 10 pages, and its runs have 9",
  );
  await refused(spoiled(runsDump(small, [{ frame: 0, count: 9 }]), 0xa0, 1n << 60n), "ends behind page");
  await refused(spoiled(bitmapDump(small), 0x2030, 1n << 40n), "its bitmap speaks of more than");
  await refused(spoiled(bitmapDump(small), 0x2030, 1n << 30n), "cut short within its bitmap");
  await refused(spoiled(bitmapDump(small), 0x2020, 0x2000n), "its first page lies within its bitmap");
  await refused(spoiled(rangesDump(small), 0x2018, 0x5000n), "does not lie behind");
  await refused(
    spoiled(rangesDump(small, { without: new Set([0, 9]) }), 0x2040, 3n),
    "overlap or are out of their order",
  );
  await refused(
    spoiled(rangesDump(small, { type: 10 }), 0x2028, 41n),
    "it names 41 pages, and its ranges have 40",
  );
});
