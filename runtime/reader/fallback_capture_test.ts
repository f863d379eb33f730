import { assert, assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { readCapturedFolder } from "../../tests/golden/captured_folder.ts";
import { image } from "../../tests/golden/image_builder.ts";
import { Mode, Order, sharedPage } from "../abi/layout.ts";
import { ensureBuilt } from "../build/build.ts";
import { DriverError } from "../errors.ts";
import { readSpecialFile } from "../ffi/special_files.ts";
import { FallbackCapture } from "./fallback_capture.ts";
import { FolderWriter } from "./folder_writer.ts";
import { openImage } from "./ring_memory.ts";
import { RingReader } from "./ring_reader.ts";
import { EVERYTHING } from "./wanted_entries.ts";

/** testdata/writer.ts in a process of its own. */
class Writer implements AsyncDisposable {
  readonly rings: string;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #rest = "";

  private constructor(rings: string, child: Deno.ChildProcess) {
    this.rings = rings;
    this.#child = child;
    this.#input = child.stdin.getWriter();
    this.#lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  static async start(folder: string, ringBytes: number, mode = 0, order = 0): Promise<Writer> {
    const { driver, reason } = await ensureBuilt();
    if (driver === null) throw new Error(`the driver is not built: ${reason}`);
    const rings = join(folder, "rings");
    const script = fromFileUrl(new URL("./testdata/writer.ts", import.meta.url));
    const numbers = [ringBytes, mode, order].map(String);
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-lock", "--allow-ffi", "--allow-read", script, driver, rings, ...numbers],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = new Writer(rings, child);
    assertEquals(await writer.#answer(), "ready");
    return writer;
  }

  /** Says a line and returns the answer. */
  async tell(line: string): Promise<number> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
    return Number(await this.#answer());
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {});
    await this.#lines.cancel();
    await this.#child.status;
  }

  async #answer(): Promise<string> {
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) throw new Error("the writer ended");
      this.#rest += value;
    }
    const end = this.#rest.indexOf("\n");
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    return line;
  }
}

async function makeFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function captureFolder(parent: string, name: string): Promise<string> {
  const path = join(parent, name);
  await Deno.mkdir(path);
  return path;
}

async function captureAll(rings: string, folder: string, timeoutMs = 0) {
  using capture = new FallbackCapture(rings);
  // A writer's process that has no processor for a second does not stand still.
  capture.tune({ stallMs: 600_000, reorderBytes: 2 ** 28, filter: EVERYTHING });
  using writer = new FolderWriter(folder);
  await capture.finish(writer, timeoutMs);
  writer.finish();
  return await readCapturedFolder(folder);
}

const sum = (counters: readonly Record<string, string>[], name: string) =>
  counters.reduce((all, ring) => all + Number(ring[name] ?? 0), 0);

Deno.test("what a program logs while it is recorded comes out complete, over many laps of its rings", async () => {
  await using folder = await makeFolder();
  await using writer = await Writer.start(folder.path, 8192);
  const path = await captureFolder(folder.path, "capture");
  {
    using capture = new FallbackCapture(writer.rings);
    using store = new FolderWriter(path);
    for (let n = 0; n < 100; n++) {
      assertEquals(await writer.tell("send 50"), 0);
      while (capture.drainInto(store) > 0);
    }
    await capture.finish(store, 0);
    store.finish();
  }
  const { rows, gaps, counters } = await readCapturedFolder(path);
  assertEquals(rows.map(({ remarks }) => remarks), Array.from({ length: 5000 }, (_, n) => n));
  assertEquals(rows.map(({ idx }) => Number(idx)), Array.from({ length: 5000 }, (_, n) => n));
  assertEquals(gaps, []);
  assertEquals([sum(counters, "attempts"), sum(counters, "read")], [5000, 5000]);
});

Deno.test("what a full ring refuses is counted where it happened", async () => {
  await using folder = await makeFolder();
  await using writer = await Writer.start(folder.path, 4096);
  const refused = await writer.tell("send 1000");
  assert(refused > 0);
  const { rows, gaps, counters } = await captureAll(
    writer.rings,
    await captureFolder(folder.path, "capture"),
  );
  assertEquals(rows.length, 1000 - refused);
  assertEquals(sum(counters, "lost_full"), refused);
  assertEquals(gaps.reduce((all, { lost }) => all + Number(lost), 0), refused);
  assertEquals(sum(counters, "attempts"), 1000);
});

Deno.test("an entry that its killed writer had not finished is abandoned", async () => {
  await using folder = await makeFolder();
  await using writer = await Writer.start(folder.path, 4096);
  await writer.tell("send 3");
  assertEquals(await writer.tell("reserve"), 0);
  await writer.kill();
  const { rows, counters } = await captureAll(writer.rings, await captureFolder(folder.path, "capture"));
  assertEquals(rows.map(({ remarks }) => remarks), [0, 1, 2]);
  assertEquals([sum(counters, "attempts"), sum(counters, "read"), sum(counters, "abandoned")], [4, 3, 1]);
});

Deno.test("an entry that its living writer has not finished is pending, and the next capture has it", async () => {
  await using folder = await makeFolder();
  await using writer = await Writer.start(folder.path, 4096);
  await writer.tell("send 1");
  await writer.tell("reserve");
  const first = await captureAll(writer.rings, await captureFolder(folder.path, "first"));
  assertEquals(first.rows.map(({ remarks }) => remarks), [0]);
  assertEquals(sum(first.counters, "pending"), 1);
  await writer.tell("commit");
  const second = await captureAll(writer.rings, await captureFolder(folder.path, "second"));
  assertEquals(second.rows.map(({ remarks }) => remarks), [1]);
  assertEquals([sum(second.counters, "attempts"), sum(second.counters, "read")], [1, 1]);
});

Deno.test("an entry that is finished within the time is waited for", async () => {
  await using folder = await makeFolder();
  await using writer = await Writer.start(folder.path, 4096);
  await writer.tell("reserve");
  const captured = captureAll(writer.rings, await captureFolder(folder.path, "capture"), 60_000);
  await writer.tell("commit");
  assertEquals((await captured).rows.length, 1);
});

Deno.test("what a capture took and did not store is unstored in the next one", async () => {
  await using folder = await makeFolder();
  await using writer = await Writer.start(folder.path, 4096);
  await writer.tell("send 5");
  {
    using capture = new FallbackCapture(writer.rings);
    using store = new FolderWriter(await captureFolder(folder.path, "first"));
    assertEquals(capture.drainInto(store), 5);
  }
  await writer.tell("send 2");
  {
    using capture = new FallbackCapture(writer.rings);
    assertEquals(capture.startUnstored, 5n);
  }
  const { rows, counters } = await captureAll(writer.rings, await captureFolder(folder.path, "second"));
  assertEquals(rows.map(({ remarks }) => remarks), [5, 6]);
  assertEquals([sum(counters, "attempts"), sum(counters, "read"), sum(counters, "unstored")], [7, 2, 5]);
});

Deno.test("a folder that cannot be written stops the rounds, and nothing is lost by that", async () => {
  await using folder = await makeFolder();
  await using writer = await Writer.start(folder.path, 4096);
  await writer.tell("send 4");
  using capture = new FallbackCapture(writer.rings);
  const broken = new FolderWriter(await captureFolder(folder.path, "broken"));
  assertEquals(capture.drainInto(broken), 4);
  // Its files are closed under it, as if the disk had gone.
  broken[Symbol.dispose]();
  await writer.tell("send 1");
  let failures = 0;
  while (failures < 2) {
    try {
      assertEquals(capture.drainInto(broken) <= 1, true);
    } catch {
      failures++;
    }
  }
  const path = await captureFolder(folder.path, "whole");
  using store = new FolderWriter(path);
  await capture.finish(store, 0);
  store.finish();
  const { rows } = await readCapturedFolder(path);
  assertEquals(rows.map(({ remarks }) => remarks), [0, 1, 2, 3, 4]);
});

Deno.test("rings are drained by one capture at a time", async () => {
  await using folder = await makeFolder();
  await using writer = await Writer.start(folder.path, 4096);
  using _first = new FallbackCapture(writer.rings);
  assertThrows(
    () => new FallbackCapture(writer.rings),
    DriverError,
    `process ${Deno.pid} drains them already`,
  );
});

Deno.test("a flight recorder keeps the newest entries, and two captures find the same", async () => {
  await using folder = await makeFolder();
  await using writer = await Writer.start(folder.path, 4096, Mode.overwrite);
  using _other = new FallbackCapture(writer.rings);
  assertEquals(await writer.tell("send 5000"), 0);
  const first = await captureAll(writer.rings, await captureFolder(folder.path, "first"));
  assertEquals(first.rows.at(-1)?.remarks, 4999);
  assert(first.rows.length > 50);
  assertEquals(sum(first.counters, "attempts"), first.rows.length);
  const second = await captureAll(writer.rings, await captureFolder(folder.path, "second"));
  assertEquals(second.rows, first.rows);
});

Deno.test("a capture that is overtaken says what was overwritten", async () => {
  await using folder = await makeFolder();
  await using writer = await Writer.start(folder.path, 4096, Mode.overwrite);
  const path = await captureFolder(folder.path, "capture");
  {
    using capture = new FallbackCapture(writer.rings);
    using store = new FolderWriter(path);
    await writer.tell("send 10");
    while (capture.drainInto(store) === 0);
    await writer.tell("send 5000");
    await capture.finish(store, 0);
    store.finish();
  }
  const { rows, gaps, counters } = await readCapturedFolder(path);
  assertEquals(sum(counters, "attempts"), 5010);
  assertEquals(rows.length + sum(counters, "overwritten"), 5010);
  assertEquals(gaps.reduce((all, { lost }) => all + Number(lost), 0), sum(counters, "overwritten"));
});

Deno.test("a dead writer's entry in a flight recorder makes room after a capture has found it", async () => {
  await using folder = await makeFolder();
  await using writer = await Writer.start(folder.path, 4096, Mode.overwrite);
  await writer.tell("send 2");
  await writer.tell("reserve");
  await writer.kill();
  const first = await captureAll(writer.rings, await captureFolder(folder.path, "first"));
  assertEquals([sum(first.counters, "abandoned"), sum(first.counters, "pending")], [1, 0]);
  const reader = new RingReader(openImage(await Deno.readFile(writer.rings), "the rings"), {
    liveness: { isAlive: () => true },
  });
  assertEquals(reader.finish().counters.reduce((all, { pending }) => all + pending, 0n), 0n);
});

/** Rings in clock order can be made only where all processors' counters go on alike; see proc(5), cpuinfo. */
function hasCommonCounter(): boolean {
  const text = new TextDecoder().decode(readSpecialFile("/proc/cpuinfo") ?? new Uint8Array());
  return Deno.build.arch === "aarch64" || /\bnonstop_tsc\b/.test(text);
}

Deno.test({
  name: "in clock order what living programs write is left to the native reader",
  ignore: !hasCommonCounter(),
  fn: refuseLivingClock,
});

async function refuseLivingClock(): Promise<void> {
  await using folder = await makeFolder();
  await using writer = await Writer.start(folder.path, 4096, Mode.discard, Order.clock);
  await writer.tell("send 3");
  assertThrows(
    () => new FallbackCapture(writer.rings),
    DriverError,
    "install a C compiler, or record in index order",
  );
  await writer.kill();
  const { rows } = await captureAll(writer.rings, await captureFolder(folder.path, "capture"));
  assertEquals(rows.map(({ remarks, idx }) => [remarks, Number(idx)]), [[0, 0], [1, 1], [2, 2]]);
}

Deno.test("a writer that stands still is passed after the time that was set", async () => {
  await using folder = await makeFolder();
  await using writer = await Writer.start(folder.path, 4096);
  await writer.tell("reserve");
  await writer.tell("send 2");
  const path = await captureFolder(folder.path, "capture");
  {
    using capture = new FallbackCapture(writer.rings);
    using store = new FolderWriter(path);
    capture.tune({ stallMs: 1, reorderBytes: 2 ** 20, filter: EVERYTHING });
    while (capture.totals.entries < 2) {
      capture.drainInto(store);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await writer.tell("commit");
    await capture.finish(store, 0);
    store.finish();
  }
  const { rows, counters } = await readCapturedFolder(path);
  assertEquals(rows.map(({ remarks }) => remarks), [1, 2]);
  assertEquals(["stalled", "late", "abandoned", "pending"].map((name) => sum(counters, name)), [1, 1, 1, 0]);
});

Deno.test("when the file of the rings is truncated, what was taken is stored", async () => {
  await using folder = await makeFolder();
  const rings = join(folder.path, "rings");
  await Deno.writeFile(rings, image().ring(0).entry({ text: "taken" }).bytes());
  const path = await captureFolder(folder.path, "capture");
  {
    using capture = new FallbackCapture(rings);
    using store = new FolderWriter(path);
    assertEquals(capture.drainInto(store), 1);
    await Deno.truncate(rings, 0);
    assertThrows(() => capture.drainInto(store), DriverError, "was truncated");
    await capture.finish(store, 1000);
    store.finish();
  }
  const { rows, counters } = await readCapturedFolder(path);
  assertEquals([rows.length, sum(counters, "read"), sum(counters, "pending")], [1, 1, 0]);
});

Deno.test("where somebody in clock order may be writing whom nobody can look up, the rings are refused too", async () => {
  await using folder = await makeFolder();
  const rings = join(folder.path, "rings");
  const bytes = image({ order: "clock" }).ring(0).entry().bytes();
  const { header, producer } = openImage(bytes, "the rings");
  producer.store64(header.sharedOff + sharedPage.unlistedWriters, 1n);
  await Deno.writeFile(rings, bytes);
  assertThrows(() => new FallbackCapture(rings), DriverError, "record in index order");
});
