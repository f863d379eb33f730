import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { ensureBuilt } from "../build/build.ts";
import { CommandError } from "./child_command.ts";
import { makeCaptureFolder } from "./capture_folder.ts";
import { CaptureLog } from "../capture_log.ts";
import { loadNative } from "../ffi/native.ts";
import { openProducer } from "../ffi/producer.ts";
import { openEngine } from "./open_engine.ts";
import { checkRecordOptions } from "./record_settings.ts";
import { Recording } from "./recording.ts";
import { makeTestFolder } from "./test_support.ts";

await ensureBuilt();

/** A recording of rings with so many entries, whose program cannot be started. */
async function prepare(
  dir: string,
  kind: "native" | "typescript",
  entries: number,
  open: AsyncDisposableStack,
) {
  const rings = join(dir, "made.rings");
  const library = open.use(loadNative());
  library.makeRingSet(rings, { ringCount: 1, ringBytes: 65536 });
  const producer = open.use(openProducer(rings));
  for (let n = 0; n < entries; n++) {
    producer.write({ severity: 3, kind: 0, type: 0, remarks: n, payload: new Uint8Array(8) });
  }
  const options = { dir, name: "kept", rings, engine: kind };
  const { engine } = await openEngine(options, open);
  const folder = await makeCaptureFolder(dir, "kept");
  const recording = new Recording({
    options,
    settings: checkRecordOptions(options),
    engine,
    rings,
    kernel: null,
    folder,
    start: () => {
      throw new CommandError("start nothing: it is not there", 127);
    },
    warnings: [],
  });
  return { recording, engine, folder };
}

for (const kind of ["native", "typescript"] as const) {
  Deno.test(`a folder is a capture before the ${kind} reader takes an entry`, async () => {
    await using folder = await makeTestFolder();
    await using open = new AsyncDisposableStack();
    const { recording, engine, folder: { path } } = await prepare(folder.path, kind, 20, open);
    const began: unknown[] = [];
    const begin = engine.begin.bind(engine);
    engine.begin = (...args) => {
      began.push(JSON.parse(Deno.readTextFileSync(join(path, "capture.json"))).complete);
      return begin(...args);
    };
    await assertRejects(() => recording.begin(), CommandError);
    assertEquals(began, [false]);
    await recording.keep(null);
  });

  Deno.test(`what the ${kind} reader took is kept when the program cannot be started`, async () => {
    await using folder = await makeTestFolder();
    await using open = new AsyncDisposableStack();
    const { recording, folder: { path } } = await prepare(folder.path, kind, 20, open);
    const error = await assertRejects(() => recording.begin(), CommandError);
    const kept = await recording.keep(error);
    assertEquals([kept?.path, kept?.entries, kept?.complete, kept?.balanced], [path, 20, true, true]);
    await using log = await CaptureLog.open(path, {});
    assertEquals((await Array.fromAsync(log.entries())).length, 20);
    const { warnings } = JSON.parse(await Deno.readTextFile(join(path, "capture.json")));
    assertStringIncludes(String(warnings), "ended as it began: start nothing: it is not there");
  });

  Deno.test(`nothing is kept of a recording by the ${kind} reader that took nothing`, async () => {
    await using folder = await makeTestFolder();
    await using open = new AsyncDisposableStack();
    const { recording } = await prepare(folder.path, kind, 0, open);
    const error = await assertRejects(() => recording.begin(), CommandError);
    assertEquals(await recording.keep(error), null);
  });
}
