import { assertEquals } from "@std/assert";
import { startCommand } from "./child_command.ts";

Deno.test("a program whose input is held ends by the end of that, also while it is only starting", async () => {
  const child = startCommand({ program: "cat", args: [] }, {}, "held");
  assertEquals(await child.end(0), { code: 0, signal: null });
});

Deno.test("a program whose input is held gets SIGTERM when it does not end by the end of that", async () => {
  const child = startCommand({ program: "sleep", args: ["600"] }, {}, "held");
  assertEquals(await child.end(0), { code: 143, signal: "SIGTERM" });
});
