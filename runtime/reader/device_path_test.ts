import { assertEquals } from "@std/assert";
import { resolve } from "@std/path";
import { devicePath, parseDevicePath, resolveRings } from "./device_path.ts";

Deno.test("a device's path names its system and its set, on whichever system it is read", () => {
  assertEquals(parseDevicePath("/dev/ringscope"), { system: "linux", set: "default" });
  assertEquals(parseDevicePath("/dev/ringscope@net"), { system: "linux", set: "net" });
  assertEquals(parseDevicePath("\\\\.\\Ringscope"), { system: "windows", set: "default" });
  assertEquals(parseDevicePath("\\\\.\\RINGSCOPE@Net"), { system: "windows", set: "Net" });
  for (
    const other of [
      "/dev/ringscope2",
      "/tmp/dev/ringscope",
      "\\\\.\\Ringscopes",
      "\\.\\Ringscope",
      "ringscope",
    ]
  ) {
    assertEquals(parseDevicePath(other), null, other);
  }
});

Deno.test("the path of a set is read as that set", () => {
  for (const system of ["linux", "windows"] as const) {
    for (const set of ["default", "net", "a@b"]) {
      assertEquals(parseDevicePath(devicePath(set, system)), { system, set });
    }
  }
});

Deno.test("a device is no file below the folder that the user stands in", () => {
  assertEquals(resolveRings("\\\\.\\Ringscope@net"), "\\\\.\\Ringscope@net");
  assertEquals(resolveRings("my.rings"), resolve("my.rings"));
});
