import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { ensureBuilt } from "../build/build.ts";
import { buildProgram } from "../build/build_program.ts";
import { abi } from "../abi/layout.ts";
import { AbiMismatchError, DriverError } from "../errors.ts";
import { loadNative, nativeCrc32c } from "./native.ts";
import { NativeCapture } from "./native_capture.ts";
import { Status } from "./status.ts";
import { READER_SYMBOLS } from "./symbols.ts";

await ensureBuilt();

async function otherLibrary(major: number, count: number): Promise<string> {
  const symbols = Object.keys(READER_SYMBOLS)
    .filter((name) => name !== "rs_reader_abi" && name !== "rs_reader_layout")
    .map((name) => `UNUSED_SYMBOL(${name})`);
  return await buildProgram({
    name: `tests/other_abi_${major}_${count < 0 ? "same" : count}.so`,
    sources: [fromFileUrl(new URL("./testdata/other_abi.c", import.meta.url))],
    flags: [`-DOTHER_MAJOR=${major}u`, `-DOTHER_COUNT=${count}`, `-DOTHER_SYMBOLS=${symbols.join(" ")}`],
    shared: true,
  });
}

Deno.test("the library that the build makes has our layout", () => {
  using native = loadNative();
  assertStringIncludes(native.path, "libringscope_reader.so");
});

Deno.test("a library that is missing, or is none, is refused with its path and what to do", async () => {
  assertThrows(
    () => loadNative("/no/such/library.so"),
    DriverError,
    "load the reader library /no/such/library.so",
  );
  const text = await Deno.makeTempFile();
  try {
    assertThrows(() => loadNative(text), DriverError, 'build it with "deno task build"');
  } finally {
    await Deno.remove(text);
  }
});

Deno.test("a library of another major version is refused", async () => {
  const path = await otherLibrary(2, -1);
  const error = assertThrows(() => loadNative(path), AbiMismatchError);
  assertStringIncludes(
    error.message,
    `it reads ring sets of ABI 2.0, this program ${abi.major}.${abi.minor}`,
  );
});

Deno.test("a library with a longer or another layout is refused", async () => {
  const longer = await otherLibrary(1, 9999);
  assertThrows(() => loadNative(longer), AbiMismatchError, "it knows 9999 numbers of the layout");
  const other = await otherLibrary(1, -1);
  assertThrows(() => loadNative(other), AbiMismatchError, "its abi.magic (low half) is 0, this program's");
});

Deno.test("CRC-32C has the value of RFC 3720 and can be continued", () => {
  const crc32c = nativeCrc32c();
  assert(crc32c !== null);
  const digits = new TextEncoder().encode("123456789");
  assertEquals(crc32c(digits), 0xe3069283);
  assertEquals(crc32c(digits.slice(4), crc32c(digits.slice(0, 4))), 0xe3069283);
  assertEquals(crc32c(new Uint8Array(0)), 0);
});

Deno.test("what one counter can number is as fast as a cache line travels, or not known on a busy machine", () => {
  using native = loadNative();
  const caps = Array.from({ length: 5 }, () => native.measureIndexCap());
  for (const cap of caps) assert(cap === null || (cap > 1e5 && cap < 1e9), `${caps}`);
});

Deno.test("a view of part of a buffer is summed from where it begins", () => {
  const crc32c = nativeCrc32c();
  const bytes = new TextEncoder().encode("..123456789..");
  assertEquals(crc32c?.(bytes.subarray(2, 11)), 0xe3069283);
});

Deno.test("without permission for FFI there is no native CRC-32C", async () => {
  const module = new URL("./native.ts", import.meta.url).href;
  const folder = await Deno.makeTempDir();
  try {
    const script = join(folder, "script.ts");
    await Deno.writeTextFile(
      script,
      `import { nativeCrc32c } from ${JSON.stringify(module)};\nconsole.log(nativeCrc32c());\n`,
    );
    const config = fromFileUrl(new URL("../../deno.json", import.meta.url));
    const args = ["run", "--no-prompt", "--allow-read", "--allow-env", "--config", config, script];
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    assertEquals([new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)], ["null\n", ""]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a ring set is made for this user only, opened, described and closed", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "made.rings");
    using native = loadNative();
    native.makeRingSet(path, { ringCount: 3, ringBytes: 8192 });
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);

    using capture = native.openCapture(path);
    const info = capture.info();
    assertEquals([info.abiMajor, info.ringCount, info.ringBytes, info.mode, info.order], [1, 3, 8192n, 0, 0]);
    assertEquals([info.creatorPid, info.creatorAlive, info.startPending], [Deno.pid, true, 0n]);
    assert(/^[0-9a-f]{32}$/.test(info.setId));
    assert(info.ticksPerSecond > 0n);
    const { rings, stats } = capture.counters();
    assertEquals(rings.map((ring) => ring.processor), [0n, 1n, 2n]);
    assertEquals(rings.map((ring) => ring.attempts), [0n, 0n, 0n]);
    assertEquals([stats.entries, stats.stop_requested], [0n, 0n]);

    assertThrows(() => native.openCapture(path), DriverError, "end the other capture first");
    const borrowed = NativeCapture.borrow(native.symbols, capture.address);
    borrowed.stop();
    borrowed[Symbol.dispose]();
    assertThrows(() => borrowed.info(), TypeError, "the capture is closed");
    assertEquals(capture.counters().stats.stop_requested, 1n);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("what cannot be made or opened is told by kind, with the next step", async () => {
  using native = loadNative();
  assertThrows(() => native.makeRingSet("/tmp/x", { ringBytes: 5000 }), RangeError, "ring size 5000");
  assertThrows(() => native.makeRingSet("/tmp/a\0b"), TypeError, "zero character");
  const exists = await Deno.makeTempFile();
  try {
    const error = assertThrows(() => native.makeRingSet(exists), DriverError, `make the rings ${exists}`);
    assertEquals(error.cause, { status: Status.exists });
    assertEquals((await Deno.stat(exists)).size, 0, "the file that was there is left alone");
  } finally {
    await Deno.remove(exists);
  }
  assertThrows(() => native.openCapture("/no/such.rings"), DriverError, "check the path");
});

Deno.test("a capture cannot be borrowed at address 0", () => {
  using native = loadNative();
  assertThrows(() => NativeCapture.borrow(native.symbols, 0n), TypeError, "the address is 0");
});
