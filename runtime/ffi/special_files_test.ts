import { assert, assertEquals, assertFalse } from "@std/assert";
import { listSpecialFolder, readSpecialFile, removeSpecialFile, specialFileBytes } from "./special_files.ts";

Deno.test({
  name: "a process's own status is read without --allow-all",
  ignore: Deno.build.os !== "linux",
  fn() {
    const status = new TextDecoder().decode(readSpecialFile(`/proc/${Deno.pid}/stat`) ?? new Uint8Array());
    assertEquals(parseInt(status), Deno.pid);
    assertEquals(readSpecialFile("/proc/none/stat"), null);
  },
});

Deno.test({
  name: "a folder below /proc is listed whole",
  ignore: Deno.build.os !== "linux",
  fn() {
    const names = listSpecialFolder(`/proc/${Deno.pid}`);
    assert(names.includes("stat") && names.includes("cmdline"));
    assertFalse(names.includes(".."));
    assertEquals(listSpecialFolder("/proc/none"), []);
  },
});

Deno.test("an ordinary file has a size, can be read and removed", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "abc");
  assertEquals(specialFileBytes(path), 3);
  assertEquals(readSpecialFile(path), new TextEncoder().encode("abc"));
  assert(removeSpecialFile(path));
  assert(removeSpecialFile(path), "one that is gone is no error");
  assertEquals(specialFileBytes(path), null);
});
