import { assertEquals, assertThrows } from "@std/assert";
import { decodeWide, encodeWide } from "./wide_text.ts";

Deno.test("a text for Windows is UTF-16 with a terminator, and comes back", () => {
  assertEquals([...encodeWide("aß😀")], [0x61, 0, 0xdf, 0, 0x3d, 0xd8, 0x00, 0xde, 0, 0]);
  assertEquals(decodeWide(encodeWide("aß😀")), "aß😀");
  assertEquals(decodeWide(Uint8Array.of(0x61, 0, 0, 0, 0x62, 0)), "a", "what stands behind is not of it");
  assertEquals(decodeWide(Uint8Array.of(0x61, 0, 0x62)), "a", "half a unit is none");
  assertThrows(() => encodeWide("a\0b"), TypeError);
});
