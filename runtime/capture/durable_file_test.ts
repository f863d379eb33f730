import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { replaceFile } from "./durable_file.ts";
import { listFolder, makeTestFolder } from "./test_support.ts";

Deno.test("a file is replaced whole, and nothing is left beside it", async () => {
  await using folder = await makeTestFolder();
  const path = join(folder.path, "capture.json");
  await replaceFile(path, "a longer first text");
  await replaceFile(path, "second");
  assertEquals(await Deno.readTextFile(path), "second");
  assertEquals(await listFolder(folder.path), ["capture.json"]);
});

Deno.test("whoever has the old file open keeps it", async () => {
  await using folder = await makeTestFolder();
  const path = join(folder.path, "capture.json");
  await replaceFile(path, "first");
  using old = await Deno.open(path);
  await replaceFile(path, "second");
  const bytes = new Uint8Array(10);
  assertEquals(new TextDecoder().decode(bytes.subarray(0, await old.read(bytes) ?? 0)), "first");
});

Deno.test("a replacement that fails leaves the old file and nothing beside it", async () => {
  await using folder = await makeTestFolder();
  const path = join(folder.path, "taken");
  await Deno.mkdir(join(path, "by a folder"), { recursive: true });
  await assertRejects(() => replaceFile(path, "text"));
  assertEquals(await listFolder(folder.path), ["taken"]);
  assertEquals(await listFolder(path), ["by a folder"]);
});
