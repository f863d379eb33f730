/**
 * What the tests of memory images share: real ring sets, a memory in which their pages lie scattered, and tools that write images of it.
 *
 * @module
 */
import { fromFileUrl, join } from "@std/path";
import { EntryKind, Severity } from "../../abi/layout.ts";
import { ensureBuilt } from "../../build/build.ts";
import { buildProgram } from "../../build/build_program.ts";
import { record } from "../../capture/record.ts";
import { DriverError } from "../../errors.ts";
import { loadNative, type RingSetOptions } from "../../ffi/native.ts";
import { openProducer } from "../../ffi/producer.ts";
import { readSetHeader } from "../../reader/set_header.ts";
import { PAGE_BYTES } from "./page_source.ts";

/** When the sets of tests were made, unix time in ns. */
export const MADE = 1_790_000_000_000_000_000n;

/** `rs_dump_os`. */
export const LINUX = 1, WINDOWS = 2;

/**
 * The bytes of a ring set into which these texts were logged, in their order and all to one ring.
 *
 * @param options.recordAfter So many of them a capture has taken before the others came.
 */
export async function makeRings(
  texts: readonly string[],
  { recordAfter = 0, ...options }: RingSetOptions & { readonly recordAfter?: number } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { reader } = await ensureBuilt();
  if (reader === null) throw new Error("the tests of memory images need a C compiler");
  const dir = await Deno.makeTempDir();
  try {
    const path = join(dir, "rings");
    using library = loadNative(reader);
    library.makeRingSet(path, { ringCount: 2, ringBytes: 65536, ...options });
    using producer = openProducer(path);
    const write = (from: number, to: number) =>
      onOneProcessor(() => {
        for (let n = from; n < to; n++) {
          const payload = new TextEncoder().encode(texts[n]);
          try {
            producer.write({ severity: Severity.info, kind: EntryKind.text, type: 0, remarks: n, payload });
          } catch (error) {
            // Some tests want refusals.
            if (!(error instanceof DriverError) || !error.message.includes("is full")) throw error;
          }
        }
      });
    if (recordAfter > 0) {
      write(0, recordAfter);
      await record({ dir, rings: path, once: true });
    }
    write(recordAfter, texts.length);
    return await Deno.readFile(path);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Keeps this thread to one processor, the last that it may use, so that one ring gets all that the action logs. */
function onOneProcessor(action: () => void): void {
  const affinity = { parameters: ["i32", "usize", "buffer"], result: "i32" } as const;
  const libc = Deno.dlopen("libc.so.6", { sched_getaffinity: affinity, sched_setaffinity: affinity });
  // cpu_set_t of <sched.h>: a bit for each of 1,024 processors.
  const allowed = new Uint8Array(128), one = new Uint8Array(128);
  const keepTo = (processors: Uint8Array<ArrayBuffer>) => {
    if (libc.symbols.sched_setaffinity(0, 128n, processors) !== 0) {
      throw new Error("sched_setaffinity failed");
    }
  };
  try {
    if (libc.symbols.sched_getaffinity(0, 128n, allowed) !== 0) throw new Error("sched_getaffinity failed");
    const last = allowed.findLastIndex((byte) => byte !== 0);
    one[last] = 1 << (31 - Math.clz32(allowed[last]!));
    keepTo(one);
    try {
      action();
    } finally {
      keepTo(allowed);
    }
  } finally {
    libc.close();
  }
}

/** Texts that tell their number. */
export function numbered(count: number, length = 40): string[] {
  return Array.from({ length: count }, (_, n) => `entry ${n} `.padEnd(length, "."));
}

/** Physical memory: pages by their frames. */
export type Memory = Map<number, Uint8Array<ArrayBuffer>>;

/** Where a set was put. */
export interface PlacedSet {
  /** Of each of its pages. */
  readonly frames: readonly number[];
  /** Of each descriptor block. */
  readonly blockFrames: readonly number[];
}

/** A memory of so many frames, all of them with other content. */
export function makeMemory(frames: number): Memory {
  const memory: Memory = new Map();
  const random = randomNumbers(7);
  for (let frame = 0; frame < frames; frame++) {
    // As much as is needed for a page that packs and is not another's.
    memory.set(frame, new Uint8Array(PAGE_BYTES).fill(frame % 7).fill(random(256), 0, 64));
  }
  return memory;
}

/** Whole numbers below a limit, the same in each run. */
export function randomNumbers(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    // Numerical Recipes' generator; the high bits are the good ones.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * limit);
  };
}

/** Puts the pages of a set, and its descriptors, onto frames that nobody has. */
export async function placeSet(
  memory: Memory,
  rings: Uint8Array<ArrayBuffer>,
  { name = "default", seed = 1, made = MADE, taken = new Set<number>(), os = LINUX } = {},
): Promise<PlacedSet> {
  const random = randomNumbers(seed);
  const free = [...memory.keys()].filter((frame) => !taken.has(frame));
  const take = () => {
    const [frame] = free.splice(random(free.length), 1);
    if (frame === undefined) throw new Error("the memory of the test is too small");
    taken.add(frame);
    return frame;
  };
  const frames = Array.from({ length: rings.length / PAGE_BYTES }, (_, page) => {
    const frame = take();
    memory.set(frame, rings.slice(page * PAGE_BYTES, (page + 1) * PAGE_BYTES));
    return frame;
  });
  const setId = readSetHeader(rings, rings.length, "the rings").setId.toHex();
  const blocks = await makeBlocks({ name, setId, totalBytes: rings.length, made, os, frames });
  const blockFrames = blocks.map((block) => {
    const frame = take();
    memory.set(frame, block);
    return frame;
  });
  return { frames, blockFrames };
}

/** The descriptor blocks of a set, by the code of the drivers. */
export async function makeBlocks(
  { name, setId, totalBytes, made, os, frames }: {
    name: string;
    setId: string;
    totalBytes: number;
    made: bigint;
    os: number;
    frames: readonly number[];
  },
): Promise<Uint8Array<ArrayBuffer>[]> {
  const program = await buildProgram({
    name: "tests/memory_blocks",
    sources: [fromFileUrl(new URL("./testdata/blocks.c", import.meta.url)), "driver/core/dump.c"],
  });
  const command = new Deno.Command(program, {
    args: [name, setId, String(totalBytes), String(made), String(os)],
    stdin: "piped",
    stdout: "piped",
  });
  await using child = command.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(
    new Uint8Array(BigUint64Array.from(frames, (frame) => BigInt.asUintN(64, BigInt(frame))).buffer),
  );
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("the program that makes descriptors failed");
  return Array.from(
    { length: stdout.length / PAGE_BYTES },
    (_, n) => new Uint8Array(stdout.slice(n * PAGE_BYTES, (n + 1) * PAGE_BYTES)),
  );
}
