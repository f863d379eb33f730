import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import zlib from "node:zlib";
import { crc32c } from "../../arrow/crc32c.ts";
import { CaptureError } from "../../errors.ts";
import { readSetHeader } from "../../reader/set_header.ts";
import { assembleSet } from "./assemble_set.ts";
import { PageFlag } from "./decompress.ts";
import { MAGIC_WORDS } from "./dump_block.ts";
import { findSets } from "./find_sets.ts";
import { importMemory } from "./import_memory.ts";
import { mendSet } from "./mend_set.ts";
import { openImage } from "./open_image.ts";
import { makeSteps } from "./steps.ts";
import { elfImage, flattenedImage, kdumpImage, limeImage, rawImage } from "./test_images.ts";
import { bitmapDump, rangesDump, runsDump } from "./windows/test_dumps.ts";
import { makeMemory, makeRings, type Memory, numbered, placeSet, randomNumbers } from "./test_support.ts";

const PAGE = 4096;
const FRAMES = 480;
/** How long an image of 2 MB may take, with whatever it says of itself, in ms. */
const PATIENCE_MS = 20_000;

async function makeTarget(): Promise<
  { memory: Memory; frames: readonly number[]; blockFrames: readonly number[]; interesting: number[] }
> {
  const memory = makeMemory(FRAMES);
  const rings = await makeRings(numbered(200));
  const placed = await placeSet(memory, rings);
  const { ringOff, consumerOff, sharedOff, dataOff } = readSetHeader(rings, rings.length, "the rings");
  // Pages with numbers that somebody believes.
  const pages = [
    0,
    sharedOff,
    ringOff,
    ringOff + PAGE,
    consumerOff,
    consumerOff + PAGE,
    consumerOff + 2 * PAGE,
    dataOff,
    dataOff + 65536,
  ];
  return { memory, ...placed, interesting: pages.map((offset) => placed.frames[Math.floor(offset / PAGE)]!) };
}

const target = await makeTarget();

/** Numbers that are large, negative, or just beyond something. */
const EVIL = [
  0n,
  1n,
  7n,
  0xffffn,
  0xffff_ffffn,
  0x7fff_ffff_ffff_ffffn,
  0xffff_ffff_ffff_ffffn,
  0xffff_ffff_ffff_f000n,
  1n << 40n,
  4097n,
];

function spoil(bytes: Uint8Array, from: number, to: number, random: (limit: number) => number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let n = 0; n <= random(4); n++) {
    const at = from + random(Math.max(1, to - from));
    const kind = random(4);
    if (kind === 0 || at + 8 > bytes.length) bytes[Math.min(at, bytes.length - 1)] = random(256);
    else if (kind === 1) view.setBigUint64(at - at % 8, EVIL[random(EVIL.length)]!, true);
    else if (kind === 2) {
      view.setUint32(at - at % 4, Number(BigInt.asUintN(32, EVIL[random(EVIL.length)]!)), true);
    } else view.setBigUint64(at - at % 8, BigInt(random(2 ** 32)) * BigInt(1 + random(2 ** 16)), true);
  }
}

/** A block that somebody forged: its checksum fits. */
function seal(block: Uint8Array<ArrayBuffer>): void {
  const view = new DataView(block.buffer, block.byteOffset, PAGE);
  for (const [n, word] of MAGIC_WORDS.entries()) view.setUint32(4 * n, word, true);
  view.setUint32(124, 0, true);
  view.setUint32(124, crc32c(block.slice(0, PAGE)), true);
}

function spoiledMemory(random: (limit: number) => number): Memory {
  const memory: Memory = new Map(target.memory);
  const change = (frame: number) => {
    const page = memory.get(frame)!.slice();
    memory.set(frame, page);
    return page;
  };
  const kind = random(4);
  if (kind === 0) {
    spoil(change(target.interesting[random(target.interesting.length)]!), 0, random(2) ? 512 : PAGE, random);
  }
  if (kind === 1) {
    const block = change(target.blockFrames[random(target.blockFrames.length)]!);
    spoil(block, 16, random(2) ? 128 : PAGE, random);
    seal(block);
  }
  if (kind === 2) {
    for (const frame of target.interesting) if (random(3) === 0) spoil(change(frame), 0, 512, random);
  }
  // A block of another number that claims to be this one.
  if (kind === 3) {
    const block = target.memory.get(target.blockFrames[0]!)!.slice();
    new DataView(block.buffer).setBigUint64(128 + 8 * random(400), BigInt(random(FRAMES)), true);
    seal(block);
    memory.set(
      [...memory.keys()].find((frame) =>
        !target.frames.includes(frame) && !target.blockFrames.includes(frame)
      )!,
      block,
    );
  }
  return memory;
}

const zlibPacking = {
  flag: PageFlag.zlib,
  pack: (page: Uint8Array) => zlib.deflateSync(page, { level: 1 }),
  level: 31,
};
const writers: ((memory: Memory) => { image: Uint8Array<ArrayBuffer>; numbers: number })[] = [
  (memory) => ({ image: rawImage(memory), numbers: 0 }),
  (memory) => ({
    image: elfImage(
      memory,
      [{ frame: 0, count: 300 }, { frame: 300, count: 180, zeros: 9 }],
      "OSRELEASE=6.1\nCRASHTIME=5\n",
    ),
    numbers: 1200,
  }),
  (memory) => ({ image: limeImage(memory, [{ frame: 0, count: 480 }]), numbers: 32 }),
  (memory) => ({ image: kdumpImage(memory, zlibPacking), numbers: 4 * PAGE + 480 * 24 }),
  (memory) => {
    const image = kdumpImage(memory, zlibPacking);
    const third = Math.floor(image.length / 3);
    return {
      image: flattenedImage(image, [[third, image.length - third], [0, third + 100]]),
      numbers: 2 * PAGE,
    };
  },
  (memory) => ({
    image: runsDump(memory, [{ frame: 0, count: 200 }, { frame: 200, count: 280 }]),
    numbers: 0x2000,
  }),
  (memory) => ({ image: bitmapDump(memory), numbers: 0x2100 }),
  (memory) => ({ image: rangesDump(memory, { type: 10 }), numbers: 0x2100 }),
];

/** Everything but the draining, which has a test for itself and takes a second. */
async function look(path: string, dir: string): Promise<"read" | "refused"> {
  const steps = makeSteps();
  try {
    using source = await openImage(path, steps);
    const { sets } = await findSets(source, steps);
    for (const set of sets) {
      if (set.header === null) continue;
      using assembled = await assembleSet(source, set, join(dir, "set"), steps);
      mendSet(assembled.file, set.header, assembled.states);
    }
    return "read";
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return "refused";
  }
}

Deno.test("images with numbers changed at random are read or refused, soon, and nothing else happens", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const random = randomNumbers(Number(Deno.env.get("RINGSCOPE_FUZZ_SEED") ?? 2026));
    const rounds = Number(Deno.env.get("RINGSCOPE_FUZZ_ROUNDS") ?? 250);
    const ends = { read: 0, refused: 0 };
    for (let round = 0; round < rounds; round++) {
      const isOfForm = random(2) === 0;
      const { image, numbers } = writers[round % writers.length]!(
        isOfForm ? target.memory : spoiledMemory(random),
      );
      if (isOfForm) spoil(image, 0, Math.min(numbers || image.length, image.length), random);
      const kept = random(6) === 0 ? image.subarray(0, random(image.length)) : image;
      const path = join(dir, "image");
      await Deno.writeFile(path, kept);
      const started = performance.now();
      ends[await look(path, dir)]++;
      assert(
        performance.now() - started < PATIENCE_MS,
        `round ${round} took ${performance.now() - started} ms`,
      );
      assertEquals((await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name), ["image"]);
    }
    assert(ends.read > rounds / 5 && ends.refused > rounds / 20, JSON.stringify(ends));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("what is imported of an image with damaged rings balances, or is refused and leaves nothing", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const random = randomNumbers(7);
    let imported = 0;
    for (let round = 0; round < 20; round++) {
      await Deno.writeFile(join(dir, "image"), rawImage(spoiledMemory(random)));
      const captures = join(dir, `captures-${round}`);
      try {
        const { entries, balanced, attempts } = await importMemory(join(dir, "image"), { dir: captures });
        assert(entries <= 200, `${entries} entries of 200`);
        // Where the attempts themselves are forged nothing fits any more, and that is said.
        assert(balanced || attempts !== 200);
        imported++;
      } catch (error) {
        if (!(error instanceof CaptureError)) throw error;
        assertEquals(await Array.fromAsync(Deno.readDir(captures)).catch(() => []), []);
      }
    }
    assert(imported >= 5, `${imported} of 20 were imported`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a small image that names much memory is refused before it is read", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const path = join(dir, "image");
    // Ten thousand pieces that are all the same megabyte of the file.
    const memory = makeMemory(256);
    const image = elfImage(memory, [
      { frame: 0, count: 256 },
      ...Array.from({ length: 10_000 }, (_, n) => ({ frame: 0, count: 0, at: 256 * (n + 1) })),
    ]);
    const view = new DataView(image.buffer);
    const first = 64 + 2 * 56 - 56 + 56;
    const offset = view.getBigUint64(64 + 56 + 8, true);
    for (let at = first; at + 56 <= 64 + 10_002 * 56; at += 56) {
      view.setBigUint64(at + 8, offset, true);
      view.setBigUint64(at + 32, 256n * 4096n, true);
      view.setBigUint64(at + 40, 256n * 4096n, true);
    }
    await Deno.writeFile(path, image);
    const started = performance.now();
    await assertRejectsWith(() => openImage(path, makeSteps()), "overlap in the file");
    assert(performance.now() - started < PATIENCE_MS);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

async function assertRejectsWith(run: () => Promise<unknown>, message: string): Promise<void> {
  try {
    await run();
  } catch (error) {
    assert(error instanceof CaptureError && error.message.includes(message), String(error));
    return;
  }
  throw new Error(`nothing was refused: ${message}`);
}
