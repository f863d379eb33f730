import { assertEquals, assertThrows } from "@std/assert";
import { encodeWide } from "../../ffi/wide_text.ts";
import { imagePath, parseServiceStart, parseServiceStatus } from "./service_state.ts";

/** Its seven numbers, as Wine 10 answers for a driver. */
function serviceStatus(...numbers: readonly number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Uint32Array.from(numbers).buffer);
}

Deno.test("the state of a service is told by its number, and that it was never started is no failure", () => {
  assertEquals(parseServiceStatus(serviceStatus(1, 1, 0, 1077, 0, 0, 0)), { state: "stopped", exitCode: 0 });
  assertEquals(parseServiceStatus(serviceStatus(1, 4, 1, 0, 0, 0, 0)), { state: "running", exitCode: 0 });
  assertEquals(parseServiceStatus(serviceStatus(1, 1, 0, 577, 0, 0, 0)), { state: "stopped", exitCode: 577 });
  assertEquals(parseServiceStatus(serviceStatus(1, 3, 0, 0, 0, 0, 0)).state, "stopping");
  assertThrows(() => parseServiceStatus(serviceStatus(1, 8, 0, 0, 0, 0, 0)), RangeError, "8 is none");
});

Deno.test("when a service is started stands in the registry as a number", () => {
  assertEquals(parseServiceStart(Uint8Array.of(0, 0, 0, 0)), "boot");
  assertEquals(parseServiceStart(Uint8Array.of(3, 0, 0, 0)), "demand");
  assertEquals(parseServiceStart(Uint8Array.of(9, 0, 0, 0)), null);
  assertEquals(parseServiceStart(Uint8Array.of(3)), null, "a value of another type");
  assertEquals(parseServiceStart(null), null);
});

Deno.test("the kernel's path of a driver's file becomes the one that programs know", () => {
  const root = "C:\\Windows", expected = "C:\\Windows\\System32\\drivers\\ringscope.sys";
  for (
    const kept of [
      "\\SystemRoot\\System32\\drivers\\ringscope.sys",
      "System32\\drivers\\ringscope.sys",
      "\\??\\C:\\Windows\\System32\\drivers\\ringscope.sys",
      "C:\\Windows\\System32\\drivers\\ringscope.sys",
    ]
  ) assertEquals(imagePath(encodeWide(kept), root), expected, kept);
  assertEquals(imagePath(encodeWide("\\??\\D:\\a.sys"), root), "D:\\a.sys");
  assertEquals(imagePath(null, root), null);
});
