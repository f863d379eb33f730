import { assert, assertEquals } from "@std/assert";
import zlib from "node:zlib";
import { PageFlag, unpackPage } from "./decompress.ts";
import { randomNumbers } from "./test_support.ts";

const PAGE = 4096;

/** Three pages as libsnappy 1.1.9 and liblzo2 2.10 (its fast and its thorough level) packed them; the pages themselves deflated. */
interface PackedPage {
  readonly page: string;
  readonly snappy: string;
  readonly lzo: string;
  readonly lzo_999: string;
}

const packed: PackedPage[] = JSON.parse(
  await Deno.readTextFile(new URL("./testdata/packed_pages.json", import.meta.url)),
);
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.fromBase64(text);
const samples = packed.flatMap(({ page, snappy, lzo, lzo_999 }) => {
  const whole = new Uint8Array(zlib.inflateSync(bytesOf(page)));
  return [
    { whole, flag: PageFlag.snappy, bytes: bytesOf(snappy) },
    { whole, flag: PageFlag.lzo, bytes: bytesOf(lzo) },
    { whole, flag: PageFlag.lzo, bytes: bytesOf(lzo_999) },
    { whole, flag: PageFlag.zlib, bytes: new Uint8Array(zlib.deflateSync(whole)) },
    { whole, flag: PageFlag.zstd, bytes: compressZstd(whole) },
    { whole, flag: 0, bytes: whole },
  ];
});

function compressZstd(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { zstdCompressSync } = zlib as unknown as { zstdCompressSync(bytes: Uint8Array): Uint8Array };
  return new Uint8Array(zstdCompressSync(bytes));
}

Deno.test("pages that the libraries packed are unpacked to the same bytes", () => {
  assertEquals(samples.length, 18);
  for (const { whole, flag, bytes } of samples) {
    const into = new Uint8Array(PAGE);
    assert(unpackPage(flag, bytes, into), `flag ${flag}`);
    assertEquals(into, whole);
  }
});

Deno.test("a stream that ends early, or goes on, is no page", () => {
  for (const { whole, flag, bytes } of samples) {
    const cut = Array.from({ length: 20 }, (_, n) => Math.floor(bytes.length * n / 20));
    for (const length of cut) {
      assertEquals(unpackPage(flag, bytes.subarray(0, length), new Uint8Array(PAGE)), false);
    }
    for (const room of [PAGE - 1, PAGE + 1, 0]) {
      assertEquals(unpackPage(flag, bytes, new Uint8Array(room)), false);
    }
    assertEquals(whole.length, PAGE);
  }
});

Deno.test("streams with any bytes changed end, and write nowhere but into the page", () => {
  const random = randomNumbers(3);
  const guarded = new Uint8Array(PAGE + 64).fill(0xee);
  const into = guarded.subarray(32, 32 + PAGE);
  for (let round = 0; round < 4_000; round++) {
    const { flag, bytes } = samples[round % samples.length]!;
    const changed = bytes.slice();
    for (let n = 0; n <= random(4); n++) changed[random(changed.length)] = random(256);
    unpackPage(flag, changed, into);
  }
  assert(
    guarded.subarray(0, 32).every((byte) => byte === 0xee) &&
      guarded.subarray(32 + PAGE).every((byte) => byte === 0xee),
  );
});

Deno.test("a page that unpacks to gigabytes is refused without them", () => {
  const bomb = new Uint8Array(zlib.deflateSync(new Uint8Array(64 * 2 ** 20)));
  assertEquals(unpackPage(PageFlag.zlib, bomb, new Uint8Array(PAGE)), false);
  assertEquals(
    unpackPage(PageFlag.zstd, compressZstd(new Uint8Array(64 * 2 ** 20)), new Uint8Array(PAGE)),
    false,
  );
  // 4 GiB, by its own word.
  assertEquals(
    unpackPage(PageFlag.snappy, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0), new Uint8Array(PAGE)),
    false,
  );
});

Deno.test("two packings at once are none", () => {
  assertEquals(unpackPage(PageFlag.zlib | PageFlag.lzo, samples[1]!.bytes, new Uint8Array(PAGE)), false);
});
