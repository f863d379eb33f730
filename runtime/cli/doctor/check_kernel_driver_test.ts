import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openDevice } from "../../reader/open_device.ts";
import { linuxSystem } from "../../capture/linux/linux_system.ts";
import { checkKernelDriver } from "./check_kernel_driver.ts";

function isDriverHere(): boolean {
  try {
    openDevice("read")[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}

Deno.test({
  name:
    "where the driver cannot be used, doctor says what is missing and what is next, and that the rest works without",
  ignore: Deno.build.os !== "linux" || isDriverHere(),
  async fn() {
    const root = await Deno.makeTempDir();
    try {
      const release = "6.1.0-56-amd64";
      const folder = (name: string) => join(root, name);
      const roots = {
        dev: folder("dev"),
        proc: folder("proc"),
        sys: folder("sys"),
        etc: folder("etc"),
        lib: folder("lib"),
        project: folder("project"),
        release,
        user: "ada",
      };
      await Deno.mkdir(join(roots.lib, "modules", release, "build"), { recursive: true });
      await Deno.writeTextFile(join(roots.lib, "modules", release, "build", "Makefile"), "");
      assertEquals(checkKernelDriver(linuxSystem(roots)), {
        state: "warning",
        found: `the module ringscope is not built for this kernel (${release})`,
        advice: "capture --linux needs it: deno task build:linux",
      });
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
});
