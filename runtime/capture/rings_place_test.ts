import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { dirname, fromFileUrl } from "@std/path";
import { DriverError } from "../errors.ts";
import { specialFileBytes } from "../ffi/special_files.ts";
import { loadNative } from "../ffi/native.ts";
import { makeOwnRings } from "./rings_place.ts";
import { listFolder, makeTestFolder, ownRingFiles } from "./test_support.ts";
import { ensureBuilt } from "../build/build.ts";

await ensureBuilt();

Deno.test("own rings carry the process's number and go away with their owner", async () => {
  await using folder = await makeTestFolder();
  using native = loadNative();
  {
    await using rings = makeOwnRings((path) => native.makeRingSet(path, { ringBytes: 4096 }), [folder.path]);
    assertEquals([dirname(rings.path), rings.warning], [folder.path, null]);
    assert(new RegExp(`/ringscope-${Deno.pid}-[0-9a-f]{12}\\.rings$`).test(rings.path));
    assertEquals((await Deno.stat(rings.path)).mode! & 0o777, 0o600);
  }
  assertEquals(await listFolder(folder.path), []);
});

Deno.test("rings that somebody removed already do not disturb", async () => {
  await using folder = await makeTestFolder();
  using native = loadNative();
  await using rings = makeOwnRings((path) => native.makeRingSet(path, { ringBytes: 4096 }), [folder.path]);
  await Deno.remove(rings.path);
});

Deno.test("where memory has no room for the rings they are elsewhere, with a warning", async () => {
  await using folder = await makeTestFolder();
  using native = loadNative();
  // 64 TiB are more than any memory has.
  const huge = { ringCount: 65_536, ringBytes: 2 ** 30 };
  const make = (path: string) =>
    native.makeRingSet(path, dirname(path) === "/dev/shm" ? huge : { ringBytes: 4096 });
  await using rings = makeOwnRings(make, ["/dev/shm", folder.path]);
  assertEquals(dirname(rings.path), folder.path);
  assertStringIncludes(rings.warning ?? "", `the rings are in ${folder.path}`);
  assertStringIncludes(rings.warning ?? "", "No space left on device");
  assertEquals(ownRingFiles(), []);
});

Deno.test("a size that cannot be is not tried elsewhere", async () => {
  await using folder = await makeTestFolder();
  using native = loadNative();
  const tried: string[] = [];
  const make = (path: string) => {
    tried.push(path);
    native.makeRingSet(path, { ringBytes: 5000 });
  };
  assertThrows(() => makeOwnRings(make, [folder.path, folder.path]), RangeError);
  assertEquals(tried.length, 1);
});

Deno.test("where no folder takes the rings the first one's reason is told", () => {
  using native = loadNative();
  const make = (path: string) => native.makeRingSet(path, { ringBytes: 4096 });
  assertThrows(() => makeOwnRings(make, ["/no/such", "/neither/this"]), DriverError, "/no/such/ringscope-");
});

Deno.test("own rings go away when the process exits in their middle", async () => {
  const script = fromFileUrl(new URL("./testdata/exit_with_rings.ts", import.meta.url));
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", script], stdin: "null" })
    .output();
  const path = new TextDecoder().decode(stdout).trim();
  assertStringIncludes(path, ".rings");
  assertEquals(specialFileBytes(path), null);
});
