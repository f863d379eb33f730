import { assertEquals, assertThrows } from "@std/assert";
import { SOURCE_BITS } from "../../abi/device_layout.ts";
import { sourceNames } from "../kernel/kernel_rings.ts";
import { sourceBits, TRACEPOINTS } from "./linux_sources.ts";

Deno.test("tracepoints and the kernel's log have their bits, and bits their names", () => {
  assertEquals(sourceBits({}), 0n);
  assertEquals(sourceBits({ tracepoints: ["sched_switch", "sys_exit"], log: true }), 0x403n);
  assertEquals(sourceNames(0x403n, SOURCE_BITS), ["kmsg", "sched_switch", "sys_exit"]);
  assertEquals(sourceNames(1n << 40n, SOURCE_BITS), ["source 40"], "of a driver that knows more");
});

Deno.test("an unknown tracepoint gets the list of those that there are", () => {
  const error = assertThrows(() => sourceBits({ tracepoints: ["sched_swich"] }), RangeError, "sched_swich");
  assertEquals(TRACEPOINTS.every((name) => error.message.includes(name)), true);
  assertThrows(() => sourceBits({ tracepoints: ["kmsg"] }), RangeError, "no such source");
});
