import { assertEquals, assertGreater } from "@std/assert";
import { Order, setHeader } from "../../runtime/abi/layout.ts";
import { ensureBuilt } from "../../runtime/build/build.ts";
import { linuxThreads } from "../../runtime/reader/liveness.ts";
import type { EntryFilter } from "../../runtime/reader/wanted_entries.ts";
import { lossCauses } from "../../runtime/reader/seq_account.ts";
import { damageImages } from "./damaged_images.ts";
import { type GoldenCounters, type GoldenError, type GoldenResult, sortGaps } from "./golden_result.ts";
import type { GoldenReader } from "./golden_suite.ts";
import { nativeGoldenReader } from "./native_golden_reader.ts";
import { typescriptGoldenReader } from "./typescript_golden_reader.ts";

const typescript = typescriptGoldenReader("the TypeScript reader", { liveness: linuxThreads });
const typescriptOfImages = typescriptGoldenReader("the TypeScript reader of images");

/** Somebody may still write, as a damaged record says, by a clock that goes on: only the native reader has it here. */
const needsClock = (image: Uint8Array) =>
  new DataView(image.buffer).getUint32(setHeader.order, true) === Order.clock;

/** What a reader makes of an image, or the class of the error that it refuses it with. */
async function readOrRefuse(
  reader: GoldenReader,
  image: Uint8Array<ArrayBuffer>,
  filter?: EntryFilter,
): Promise<GoldenResult | GoldenError> {
  try {
    const result = await reader.read(image.slice(), filter);
    return { ...result, gaps: sortGaps(result.gaps) };
  } catch (error) {
    const refusal = reader.classify(error);
    if (refusal === null) throw error;
    return refusal;
  }
}

function sumOf(counters: GoldenCounters, names: readonly string[]): bigint {
  return names.reduce((sum, name) => sum + BigInt(counters[name] ?? 0), 0n);
}

function imbalance(counters: GoldenCounters): bigint {
  return sumOf(counters, ["attempts"]) - sumOf(counters, ["read", "discarded", "pending", ...lossCauses]);
}

Deno.test("a damaged image is read or refused, in order, and the account of what was read balances", async () => {
  for (const { name, image } of damageImages(1, 2000)) {
    const result = await readOrRefuse(typescript, image);
    if (typeof result === "string") continue;
    assertEquals(result.counters.map(imbalance), result.counters.map(() => 0n), name);
    const indexes = result.rows.map(({ idx }) => BigInt(idx));
    assertEquals(indexes.every((idx, n) => n === 0 || indexes[n - 1]! < idx), true, name);
    const lost = result.gaps.reduce((sum, gap) => sum + BigInt(gap.lost), 0n);
    const counted = result.counters.reduce((sum, counters) => sum + sumOf(counters, lossCauses), 0n);
    assertEquals(lost, counted, name);
  }
});

Deno.test("the native reader makes of damaged images what the TypeScript reader makes of them", async () => {
  const { reader, reason } = await ensureBuilt();
  if (reader === null) throw new Error(`the native reader is not built: ${reason}`);
  const native = nativeGoldenReader(reader), ofImages = nativeGoldenReader(reader, { isImage: true });
  for (const { name, image } of damageImages(2, 500)) {
    if (!needsClock(image)) {
      assertEquals(await readOrRefuse(native, image), await readOrRefuse(typescript, image), name);
    }
    assertEquals(await readOrRefuse(ofImages, image), await readOrRefuse(typescriptOfImages, image), name);
  }
});

Deno.test("with a filter, too, the native reader makes of damaged images what the TypeScript reader makes of them", async () => {
  const { reader, reason } = await ensureBuilt();
  if (reader === null) throw new Error(`the native reader is not built: ${reason}`);
  const native = nativeGoldenReader(reader, { isImage: true });
  const filter = { only: [], exclude: ["nvme_*"], least: 3 };
  let filtered = 0n;
  for (const { name, image } of damageImages(3, 300)) {
    const found = await readOrRefuse(typescriptOfImages, image, filter);
    assertEquals(await readOrRefuse(native, image, filter), found, name);
    if (typeof found === "string") continue;
    filtered += found.counters.reduce((sum, counters) => sum + sumOf(counters, ["filtered"]), 0n);
  }
  assertGreater(filtered, 0n);
});
