import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { openFlattened } from "./flattened.ts";
import { openImage } from "./open_image.ts";
import { openImageBytes } from "./image_bytes.ts";
import { PageBitmap } from "./page_bitmap.ts";
import { PAGE_BYTES, type PageSource, PageState } from "./page_source.ts";
import { makeSteps } from "./steps.ts";
import { elfImage, flattenedImage, kdumpImage, limeImage } from "./test_images.ts";
import { makeMemory, type Memory, randomNumbers } from "./test_support.ts";

async function withImage(bytes: Uint8Array, check: (path: string) => Promise<void> | void): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, bytes);
    await check(path);
  } finally {
    await Deno.remove(path);
  }
}

function statesOf(source: PageSource, frame: number, count: number): number[] {
  return [...source.readPhysicalPages(frame, count, new Uint8Array(count * PAGE_BYTES))];
}

function pageAt(source: PageSource, frame: number): Uint8Array | undefined {
  const page = new Uint8Array(PAGE_BYTES).fill(0xcc);
  source.readPhysicalPages(frame, 1, page);
  return page;
}

const { missing, present, zero, damaged } = PageState;
const memory = makeMemory(40);

Deno.test("of an ELF core, holes are missing, what is in memory only is zeros, and pieces may come in any order", async () => {
  const pieces = [{ frame: 20, count: 4, zeros: 2 }, { frame: 3, count: 2 }, { frame: 6, count: 1 }];
  const image = elfImage(memory, pieces);
  await withImage(image, async (path) => {
    using source = await openImage(path, makeSteps());
    assertEquals([...source.pageRuns()], [{ frame: 3, count: 2 }, { frame: 6, count: 1 }, {
      frame: 20,
      count: 4,
    }]);
    assertEquals(statesOf(source, 2, 6), [missing, present, present, missing, present, missing]);
    assertEquals(statesOf(source, 22, 6), [present, present, zero, zero, missing, missing]);
    assertEquals(pageAt(source, 6), memory.get(6));
    assertEquals(pageAt(source, 21), memory.get(21));
    assertEquals(pageAt(source, 24), new Uint8Array(PAGE_BYTES));
    assertEquals(pageAt(source, 1000), new Uint8Array(PAGE_BYTES));
  });
});

Deno.test("of pieces that overlap the one that begins first is believed", async () => {
  const image = elfImage(memory, [{ frame: 10, count: 4 }, { frame: 30, count: 6, at: 8 }]);
  await withImage(image, async (path) => {
    using source = await openImage(path, makeSteps());
    assertEquals(pageAt(source, 8), memory.get(30));
    assertEquals(pageAt(source, 10), memory.get(32));
    assertEquals(statesOf(source, 8, 7), [present, present, present, present, present, present, missing]);
  });
});

Deno.test("an ELF core with more segments than its header can count names them in a section", async () => {
  const image = elfImage(memory, [{ frame: 1, count: 3 }]);
  const count = new DataView(image.buffer).getUint16(56, true);
  const longer = new Uint8Array(image.length + 64);
  longer.set(image);
  const view = new DataView(longer.buffer);
  view.setUint16(56, 0xffff, true);
  view.setBigUint64(40, BigInt(image.length), true);
  view.setUint32(image.length + 44, count, true);
  await withImage(longer, async (path) => {
    using source = await openImage(path, makeSteps());
    assertEquals([...source.pageRuns()], [{ frame: 1, count: 3 }]);
  });
});

Deno.test("a piece that begins behind 4 GiB of the file is read there", async () => {
  const path = await Deno.makeTempFile();
  try {
    const image = elfImage(memory, [{ frame: 7, count: 2 }]);
    const far = 5 * 2 ** 30;
    new DataView(image.buffer).setBigUint64(64 + 56 + 8, BigInt(far), true);
    await Deno.writeFile(path, image);
    using file = await Deno.open(path, { write: true });
    await file.seek(far, Deno.SeekMode.Start);
    await file.write(memory.get(33)!);
    await file.write(memory.get(34)!);
    using source = await openImage(path, makeSteps());
    assertEquals(pageAt(source, 7), memory.get(33));
    assertEquals(pageAt(source, 8), memory.get(34));
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a LiME image that is cut short gives its whole pages and says so", async () => {
  const image = limeImage(memory, [{ frame: 2, count: 3 }, { frame: 12, count: 3 }]);
  await withImage(image.subarray(0, image.length - 100), async (path) => {
    using source = await openImage(path, makeSteps());
    assertEquals([...source.pageRuns()], [{ frame: 2, count: 3 }, { frame: 12, count: 2 }]);
    assertEquals(source.warnings, [
      "the image is cut short: 1 of the pages that it names lie behind its end",
    ]);
  });
});

Deno.test("of a kdump, pages that were left out are zeros only where the filter left out zeros", async () => {
  const small: Memory = new Map([...memory].slice(0, 12));
  small.set(4, new Uint8Array(PAGE_BYTES));
  const options = { flag: 0, pack: () => null, without: new Set([7]) };
  for (const [level, left] of [[0, missing], [31, zero], [30, missing]] as const) {
    await withImage(kdumpImage(small, { ...options, level }), async (path) => {
      using source = await openImage(path, makeSteps());
      assertEquals(statesOf(source, 6, 3), [present, left, present]);
      assertEquals(statesOf(source, 4, 1), [level === 31 ? zero : present]);
      // Beyond what the image speaks of.
      assertEquals(pageAt(source, 9), small.get(9));
    });
  }
});

Deno.test("a page of a kdump that cannot be unpacked is damaged, and the others are there", async () => {
  const image = kdumpImage(memory, { flag: 1, pack: (page) => page.subarray(0, 100) });
  await withImage(image, async (path) => {
    using source = await openImage(path, makeSteps());
    assertEquals(statesOf(source, 0, 3), [damaged, damaged, damaged]);
  });
  const view = new DataView(image.buffer);
  const whole = kdumpImage(memory, { flag: 1, pack: () => null });
  // The descriptor of page 5: its bytes lie far behind the end.
  new DataView(whole.buffer).setBigUint64(4 * PAGE_BYTES + 5 * 24, 1n << 40n, true);
  assert(view.byteLength > 0);
  await withImage(whole, async (path) => {
    using source = await openImage(path, makeSteps());
    assertEquals(statesOf(source, 4, 3), [present, missing, present]);
  });
});

Deno.test("a flattened image reads as what its pieces write one after the other, wherever they overlap", async () => {
  const random = randomNumbers(11);
  for (let round = 0; round < 60; round++) {
    const plain = new Uint8Array(3000);
    const parts: Uint8Array[] = [];
    const pieces: [number, number][] = [];
    let source = new Uint8Array(0);
    for (let n = 0; n < 1 + random(25); n++) {
      const place = random(2500), length = 1 + random(round % 2 ? 400 : 60);
      const bytes = Uint8Array.from({ length }, () => 1 + random(255));
      plain.set(bytes, place);
      parts.push(bytes);
      pieces.push([place, length]);
    }
    const end = Math.max(...pieces.map(([place, length]) => place + length));
    // The pieces' bytes are taken from a file of them: one after the other, then moved to their places.
    source = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    const flat = flattenedImage(new Uint8Array(0), []);
    const chunks: Uint8Array[] = [flat.subarray(0, PAGE_BYTES)];
    for (const [n, [place, length]] of pieces.entries()) {
      const head = new DataView(new ArrayBuffer(16));
      head.setBigInt64(0, BigInt(place));
      head.setBigInt64(8, BigInt(length));
      chunks.push(new Uint8Array(head.buffer), parts[n]!);
      at += length;
    }
    assertEquals(at, source.length);
    chunks.push(flat.subarray(PAGE_BYTES));
    await withImage(new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer()), async (path) => {
      const { bytes, warnings } = await openFlattened(openImageBytes(path), makeSteps());
      using open = bytes;
      assertEquals([warnings, open.size], [[], end]);
      const whole = new Uint8Array(end);
      assertEquals(open.readAt(0, whole), end);
      assertEquals(whole, plain.subarray(0, end));
      const from = random(end), piece = new Uint8Array(100);
      const read = open.readAt(from, piece);
      assertEquals(piece.subarray(0, read), plain.subarray(from, Math.min(from + 100, end)));
    });
  }
});

Deno.test("a flattened image that is cut short, or damaged within, gives what is in front and says so", async () => {
  const image = kdumpImage(memory, { flag: 0, pack: () => null });
  const flat = flattenedImage(image, [[0, 20_000], [20_000, image.length - 20_000]]);
  await withImage(flat.subarray(0, flat.length - 3000), async (path) => {
    using source = await openImage(path, makeSteps());
    assertStringIncludes(
      source.warnings[0] ?? "",
      "the image is cut short: its last whole piece ends at byte",
    );
    assertEquals(statesOf(source, 0, 1), [present]);
    assertEquals(statesOf(source, 39, 1), [missing]);
  });
  const bad = flat.slice();
  new DataView(bad.buffer).setBigInt64(PAGE_BYTES + 16 + 20_000, -7n);
  await withImage(bad, async (path) => {
    using source = await openImage(path, makeSteps());
    assertStringIncludes(source.warnings[0] ?? "", "the image is damaged: at byte 24112 no piece begins");
  });
});

Deno.test("of a flattened image of another version is said what to do", async () => {
  const flat = flattenedImage(new Uint8Array(0), []);
  new DataView(flat.buffer).setBigInt64(24, 2n);
  await withImage(flat, async (path) => {
    await assertRejects(() => openImage(path, makeSteps()), Error, "makedumpfile -R IMAGE");
  });
});

Deno.test("a bitmap tells runs and ranks as one that counts bit by bit", () => {
  const random = randomNumbers(5);
  for (const pages of [0, 1, 7, 8, 9, 4095, 4096, 4097, 20_000]) {
    const bits = new Uint8Array(Math.ceil(pages / 8) + 3);
    for (let at = 0; at < bits.length; at++) bits[at] = random(3) === 0 ? random(256) : random(2) * 0xff;
    const set = Array.from({ length: pages }, (_, page) => (bits[page >> 3]! >> page % 8 & 1) === 1);
    const bitmap = new PageBitmap(bits, pages);
    assertEquals(bitmap.count, set.filter(Boolean).length);
    let before = 0;
    for (const [page, isSet] of set.entries()) {
      assertEquals([bitmap.has(page), bitmap.rank(page)], [isSet, before]);
      if (isSet) before++;
    }
    assertEquals(bitmap.has(pages), false);
    const runs: boolean[] = new Array(pages).fill(false);
    for (const { frame, count } of bitmap.runs()) {
      assertEquals([runs[frame - 1] ?? false, set[frame + count] ?? false], [false, false]);
      runs.fill(true, frame, frame + count);
    }
    assertEquals(runs, set);
  }
});

Deno.test("a pipe, a folder and a file that is not there are no images", async () => {
  await assertRejects(() => openImage("/nowhere/vmcore", makeSteps()), Error, "there is no such file");
  await assertRejects(() => openImage("/tmp", makeSteps()), Error, "it is a folder");
  const dir = await Deno.makeTempDir();
  try {
    const pipe = join(dir, "pipe");
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    const writer = new Deno.Command("sh", { args: ["-c", `echo x > ${pipe}`] }).spawn();
    await assertRejects(() => openImage(pipe, makeSteps()), Error, "write it into a file first");
    await writer.status;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
