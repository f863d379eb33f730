import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { ensureBuilt } from "../build/build.ts";
import { DriverError } from "../errors.ts";
import { loadNative, NativeLibrary, nativeLibraryPath } from "../ffi/native.ts";
import { READER_SYMBOLS } from "../ffi/symbols.ts";
import { EVERYTHING } from "../reader/wanted_entries.ts";
import type { EngineSettings } from "./engine.ts";
import { openNativeEngine } from "./native_engine.ts";
import { makeTestFolder } from "./test_support.ts";

await ensureBuilt();

const SETTINGS: EngineSettings = {
  bufferBytes: 0,
  reorderBytes: 0,
  stallMs: 0,
  segmentBytes: 256 * 2 ** 20,
  segmentAgeMs: 0,
  syncMs: 0,
  fullDiskPatienceMs: 0,
  filter: EVERYTHING,
};

Deno.test("an engine that was begun takes everything, and finishes once", async () => {
  await using folder = await makeTestFolder();
  const rings = join(folder.path, "made.rings");
  using library = loadNative();
  library.makeRingSet(rings, { ringBytes: 4096 });
  await using engine = openNativeEngine(library, rings);
  await engine.begin(folder.path, SETTINGS);
  assertEquals(await engine.finish(), { complete: true, problems: [] });
  assertEquals(await engine.finish(), { complete: true, problems: [] });
  assertEquals(engine.counters().stats.stop_requested, 1n);
});

Deno.test("an engine that was never begun finishes incomplete and gives the rings back", async () => {
  await using folder = await makeTestFolder();
  const rings = join(folder.path, "made.rings");
  using library = loadNative();
  library.makeRingSet(rings, { ringBytes: 4096 });
  {
    await using engine = openNativeEngine(library, rings);
    assertEquals(await engine.finish(), { complete: false, problems: [] });
  }
  library.openCapture(rings)[Symbol.dispose]();
});

Deno.test("workers that cannot load the library make the beginning fail and leave nothing running", async () => {
  await using folder = await makeTestFolder();
  const rings = join(folder.path, "made.rings");
  using library = new NativeLibrary("/no/such/library.so", Deno.dlopen(nativeLibraryPath(), READER_SYMBOLS));
  library.makeRingSet(rings, { ringBytes: 4096 });
  await using engine = openNativeEngine(library, rings);
  await assertRejects(
    () => engine.begin(folder.path, SETTINGS),
    DriverError,
    `begin the capture ${folder.path}: drain worker: load the reader library /no/such/library.so`,
  );
  await engine.givenUp;
  const { complete, problems } = await engine.finish();
  assertEquals([complete, problems.length], [false, 2]);
});
