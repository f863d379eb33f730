import { assertEquals } from "@std/assert";
import { isAscii, isUtf8 } from "./utf8.ts";

const LENIENT = new TextDecoder("utf-8", { ignoreBOM: true });

/** By the decoder, which puts U+FFFD where bytes are no UTF-8; none of the bytes below spell U+FFFD itself. */
function isDecoded(bytes: Uint8Array): boolean {
  return !LENIENT.decode(bytes).includes("\ufffd");
}

Deno.test("what is UTF-8 is what the decoder takes, for every first pair of bytes and many tails", () => {
  const tails = [[], [0x80], [0x80, 0x80], [0xbf, 0xbf], [0x41], [0x80, 0x41], [0xc2, 0x80], [
    0x80,
    0x80,
    0x80,
  ]];
  const wrong: string[] = [];
  for (let first = 0x70; first < 0x100; first++) {
    for (let second = 0x70; second < 0x100; second++) {
      for (const tail of tails) {
        const bytes = Uint8Array.of(first, second, ...tail);
        if (isUtf8(bytes, 0, bytes.length) !== isDecoded(bytes)) wrong.push(bytes.toHex());
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("a text ends where its range ends", () => {
  const bytes = new TextEncoder().encode("aé");
  assertEquals([isUtf8(bytes, 0, 1), isUtf8(bytes, 0, 2), isUtf8(bytes, 0, 3), isUtf8(bytes, 2, 3)], [
    true,
    false,
    true,
    false,
  ]);
});

Deno.test("one byte above 0x7f is found at every place", () => {
  const buffer = new Uint8Array(24).fill(0x41);
  for (let from = 0; from < 8; from++) {
    for (let to = from; to < buffer.length; to++) {
      const bytes = buffer.subarray(from, to);
      assertEquals(isAscii(bytes), true);
      for (let at = 0; at < bytes.length; at++) {
        bytes[at] = 0xc3;
        assertEquals(isAscii(bytes), false, `byte ${at} of ${from} to ${to}`);
        bytes[at] = 0x41;
      }
    }
  }
});
