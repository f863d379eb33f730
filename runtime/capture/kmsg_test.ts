import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DriverError } from "../errors.ts";
import { findKmsgProblem, requireKmsg } from "./kmsg.ts";
import { checkRecordOptions } from "./record_settings.ts";

Deno.test("without its reader the kernel's log is refused, and says why there is none", async () => {
  await assertRejects(
    () => requireKmsg(null, "there is no C compiler"),
    DriverError,
    "record the kernel's log: the program that reads it is not built: there is no C compiler",
  );
});

Deno.test("a reader that fails without a word is named with its exit status", async () => {
  assertEquals(await findKmsgProblem("false"), "false --check ended with 1");
});

Deno.test("the kernel's log goes with no other source, no mode and no order", () => {
  const dir = "captures";
  assertThrows(
    () => checkRecordOptions({ dir, kmsg: "all", rings: "a.rings" }),
    TypeError,
    "leave the command",
  );
  assertThrows(
    () => checkRecordOptions({ dir, kmsg: "all", command: { program: "true", args: [] } }),
    TypeError,
    "leave the command",
  );
  assertThrows(
    () => checkRecordOptions({ dir, kmsg: "all", mode: "discard" }),
    TypeError,
    "leave mode and order",
  );
  assertThrows(
    () => checkRecordOptions({ dir, kmsg: "all", order: "index" }),
    TypeError,
    "leave mode and order",
  );
  assertThrows(() => checkRecordOptions({ dir, kmsg: "new", once: true }), TypeError, "nothing is there yet");
  checkRecordOptions({ dir, kmsg: "all", once: true, ringBytes: 4096 });
});
