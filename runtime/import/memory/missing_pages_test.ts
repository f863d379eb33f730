import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Mode } from "../../abi/layout.ts";
import { CaptureLog } from "../../capture_log.ts";
import { readSetHeader, type SetHeader } from "../../reader/set_header.ts";
import { PageFlag } from "./decompress.ts";
import { importMemory, type MemoryImportResult } from "./import_memory.ts";
import { kdumpImage } from "./test_images.ts";
import { makeMemory, makeRings, type Memory, numbered, placeSet } from "./test_support.ts";

const PAGE = 4096;
/** 56 bytes of header and 40 of text: 96; so 42 and two thirds of another lie on a page. */
const ENTRY_BYTES = 96;
const texts = numbered(300);

interface Placed {
  readonly memory: Memory;
  readonly frames: readonly number[];
  readonly header: SetHeader;
  /** The ring that has the entries. */
  readonly ring: number;
}

async function placed(texts: readonly string[], options = {}): Promise<Placed> {
  const memory = makeMemory(1200);
  const rings = await makeRings(texts, options);
  const { frames } = await placeSet(memory, rings);
  const header = readSetHeader(rings, rings.length, "the rings");
  const view = new DataView(rings.buffer);
  const used = [0, 1].filter((n) => view.getBigUint64(header.ringOff + n * PAGE, true) !== 0n);
  assertEquals(used.length, 1, "makeRings logs to one ring");
  return { memory, frames, header, ring: used[0]! };
}

/** The page of the ring set with a byte of the ring's data. */
function dataPage({ header, ring }: Placed, byte = 0): number {
  return (header.dataOff + ring * header.ringBytes + byte) / PAGE | 0;
}

async function importWithout(
  place: Placed,
  pages: readonly number[],
  check: (
    result: MemoryImportResult,
    messages: string[],
    gaps: () => Promise<[string, number][]>,
  ) => Promise<void> | void,
): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    const without = new Set(pages.map((page) => place.frames[page]!));
    await Deno.writeFile(
      join(dir, "image"),
      kdumpImage(place.memory, { flag: PageFlag.zlib, pack: () => null, without }),
    );
    const result = await importMemory(join(dir, "image"), { dir: join(dir, "captures") });
    await using log = await CaptureLog.open(result.path, {});
    const messages = (await Array.fromAsync(log.entries())).map(({ message }) => message ?? "");
    assert(result.balanced, JSON.stringify(result));
    await check(result, messages, async () => {
      const rows = await log.sql`SELECT cause, lost FROM gaps ORDER BY next_seq`;
      return rows.map(({ cause, lost }) => [String(cause), Number(lost)]);
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** The texts but for those of which a byte lies in [from, to). */
function textsOutside(from: number, to: number): string[] {
  return texts.filter((_, n) => (n + 1) * ENTRY_BYTES <= from || n * ENTRY_BYTES >= to);
}

Deno.test("entries on a page that is missing are corrupt, in their place, and none of their bytes is shown", async () => {
  const place = await placed(texts);
  await importWithout(place, [dataPage(place, PAGE)], async (result, messages, gaps) => {
    const kept = textsOutside(PAGE, 2 * PAGE);
    assertEquals(messages, kept);
    assertEquals([result.attempts, result.corrupt, result.lost], [300, 300 - kept.length, 300 - kept.length]);
    assertEquals(await gaps(), [["corrupt", 300 - kept.length]]);
    assertEquals(result.missingPages, 1);
    assertEquals(result.warnings.length, 1);
  });
});

Deno.test("several missing pages, the first and the last among them, are counted each in its place", async () => {
  const place = await placed(texts);
  const pages = [0, 3, 4, 6].map((n) => dataPage(place, n * PAGE));
  await importWithout(place, pages, async (result, messages, gaps) => {
    const kept = texts.filter((_, n) => {
      const first = Math.floor(n * ENTRY_BYTES / PAGE), last = Math.floor(((n + 1) * ENTRY_BYTES - 1) / PAGE);
      return ![0, 3, 4, 6].includes(first) && ![0, 3, 4, 6].includes(last);
    });
    assertEquals(messages, kept);
    assertEquals(result.corrupt, 300 - kept.length);
    const rows = await gaps();
    assertEquals([...new Set(rows.map(([cause]) => cause))], ["corrupt"]);
    assertEquals(rows.reduce((sum, [, lost]) => sum + lost, 0), 300 - kept.length);
  });
});

Deno.test("a ring without any of its pages is all corrupt", async () => {
  const place = await placed(texts);
  const pages = Array.from({ length: 16 }, (_, n) => dataPage(place, n * PAGE));
  await importWithout(place, pages, (result, messages) => {
    assertEquals(messages, []);
    assertEquals([result.attempts, result.corrupt], [300, 300]);
  });
});

Deno.test("what was refused between entries on a missing page is not called corrupt where the driver's counter tells", async () => {
  // A ring of 4 KiB takes 42 entries; 58 more are refused, all behind the last one.
  const place = await placed(numbered(100), { ringBytes: 4096 * 2 });
  await importWithout(place, [dataPage(place, PAGE)], (result) => {
    assertEquals(result.attempts, 100);
    assertEquals(result.read + result.lost, 100);
    assert(result.lost_full + result.mixed >= 15, JSON.stringify(result));
  });
});

Deno.test("overwriting rings with a missing page lose what lies there and nothing else", async () => {
  const many = numbered(3_000);
  const place = await placed(many, { mode: Mode.overwrite });
  let whole: string[] = [];
  await importWithout(place, [], (_, messages) => void (whole = messages));
  await importWithout(place, [dataPage(place, 5 * PAGE)], (result, messages) => {
    const known = new Set(whole);
    assert(messages.every((message) => known.has(message)));
    const gone = whole.length - messages.length;
    assert(gone >= 42 && gone <= 44, `${gone} entries are gone`);
    assertEquals(result.corrupt, gone);
  });
});

Deno.test("pages that nothing uses may be missing", async () => {
  const place = await placed(texts);
  // Between the header and the next region.
  await importWithout(place, [1, 2, 15], (result, messages) => {
    assertEquals(messages, texts);
    assertEquals([result.missingPages, result.lost, result.warnings], [3, 0, []]);
  });
});

Deno.test("without the counter of all indexes the entries are still there", async () => {
  const place = await placed(texts);
  await importWithout(place, [place.header.sharedOff / PAGE], (result, messages) => {
    assertEquals(messages, texts);
    assertEquals(result.lost, 0);
    assertEquals(result.warnings.length, 1);
  });
});

Deno.test("a ring whose counters, or whose reader's place, are missing is not read, and that is said", async () => {
  const place = await placed(texts);
  const { header, ring } = place;
  await importWithout(place, [header.ringOff / PAGE + ring], (result, messages) => {
    assertEquals([messages, result.attempts], [[], 0]);
    assertEquals(result.warnings, [
      `ring ${ring}: the counters are missing, and nothing there could be read`,
    ]);
  });
  await importWithout(place, [header.consumerOff / PAGE + 1 + ring], (result, messages) => {
    assertEquals([messages, result.attempts], [[], 0]);
    assertEquals(result.warnings, [
      `ring ${ring}: where the reader stood is missing, and nothing there could be read`,
    ]);
  });
});
