import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { CaptureError } from "../errors.ts";
import { checkCaptureName, defaultCaptureName, makeCaptureFolder } from "./capture_folder.ts";
import { makeTestFolder } from "./test_support.ts";

Deno.test("a default name is the local time with all its digits", () => {
  assertEquals(defaultCaptureName(new Date(2026, 0, 2, 3, 4, 5)), "capture-20260102-030405");
});

Deno.test("names that cannot be a folder's or would mean something else are refused", () => {
  for (const name of ["", ".", "..", "a/b", "a\\b", "a\nb", "-rf", "ä".repeat(200)]) {
    assertThrows(() => checkCaptureName(name), TypeError, "use the capture name");
  }
  for (const name of ["boot", "boot 1", "größe", ".hidden", "a".repeat(255)]) checkCaptureName(name);
});

Deno.test("a name that is given is taken as it is or not at all", async () => {
  await using folder = await makeTestFolder();
  const dir = join(folder.path, "captures");
  assertEquals(await makeCaptureFolder(dir, "boot"), { name: "boot", path: join(dir, "boot") });
  await assertRejects(() => makeCaptureFolder(dir, "boot"), CaptureError, "it exists");
});
