import { assertEquals } from "@std/assert";
import { Errno } from "./libc.ts";
import { judgeStatus } from "./windows_channel.ts";

Deno.test("a status of Windows is the error of Linux that means the same, with its own name", () => {
  assertEquals(judgeStatus(0), null);
  assertEquals(judgeStatus(0x102), null, "STATUS_TIMEOUT is a success");
  assertEquals(judgeStatus(0x8000_0011), { errno: Errno.busy, found: "it is in use (STATUS_DEVICE_BUSY)" });
  assertEquals(judgeStatus(0xc000_0034)?.errno, Errno.notFound);
  assertEquals(judgeStatus(0xc000_0022)?.errno, Errno.accessDenied);
  assertEquals(judgeStatus(0xc000_0044)?.errno, Errno.noSpace);
  assertEquals(judgeStatus(0xc0de_0001), { errno: Errno.io, found: "status 0xc0de0001" });
});
