import { assertEquals } from "@std/assert";
import { nativeCrc32c } from "../ffi/native.ts";
import { crc32c } from "./crc32c.ts";

/** RFC 3720 B.4, and the check value of the catalogue of parametrised CRC algorithms. */
const VECTORS: [string, Uint8Array<ArrayBuffer>, number][] = [
  ["32 bytes of zeros", new Uint8Array(32), 0x8a9136aa],
  ["32 bytes of ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ["32 incrementing bytes", Uint8Array.from({ length: 32 }, (_, n) => n), 0x46dd794e],
  ["32 decrementing bytes", Uint8Array.from({ length: 32 }, (_, n) => 31 - n), 0x113fdb5c],
  ["the digits 1 to 9", new TextEncoder().encode("123456789"), 0xe3069283],
  ["nothing", new Uint8Array(0), 0],
];

Deno.test("the checksum is CRC-32C as RFC 3720 gives it", () => {
  for (const [name, bytes, expected] of VECTORS) assertEquals(crc32c(bytes), expected, name);
});

Deno.test("the checksum of a whole is that of its parts, wherever they begin", () => {
  const bytes = Uint8Array.from({ length: 61 }, (_, n) => n * 37 + 11);
  const whole = crc32c(bytes);
  for (let cut = 0; cut <= bytes.length; cut++) {
    assertEquals(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut))), whole, `cut at ${cut}`);
  }
});

Deno.test("the checksum by tables is that of the native library", (test) => {
  const native = nativeCrc32c();
  if (native === null) return void console.log(`skipped: ${test.name}: the reader library is not built`);
  const bytes = Uint8Array.from({ length: 1001 }, (_, n) => n * 31 >>> 3);
  assertEquals(crc32c(bytes), native(bytes));
});
