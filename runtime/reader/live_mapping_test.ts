import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { ringPage, setHeader } from "../abi/layout.ts";
import { AbiMismatchError, DriverError } from "../errors.ts";
import { image } from "../../tests/golden/image_builder.ts";
import { loadConsumerPid } from "./checkpoint.ts";
import { Libc, openLibc } from "./libc.ts";
import { LiveMapping } from "./live_mapping.ts";
import { RingReader } from "./ring_reader.ts";

async function withRings(
  bytes: Uint8Array,
  run: (path: string) => void | Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "rings");
    await Deno.writeFile(path, bytes);
    await run(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a mapping shows what another process stores", () =>
  withRings(image().bytes(), (path) => {
    using mapping = new LiveMapping(path);
    const offset = mapping.header.ringOff + ringPage.reserve + 8;
    assertEquals(mapping.producer.load64(offset), 0n);
    using file = Deno.openSync(path, { write: true });
    file.seekSync(offset, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(BigUint64Array.of(7n).buffer));
    assertEquals(mapping.producer.load64(offset), 7n);
  }));

Deno.test("what a reader publishes is in the file", () =>
  withRings(image().ring(0).entry({ text: "12345678" }).bytes(), async (path) => {
    const reserved = await (async () => {
      using mapping = new LiveMapping(path);
      const reader = new RingReader(mapping);
      assertEquals(reader.finish().rows.length, 1);
      reader.publish();
      const file = await Deno.readFile(path);
      return new DataView(file.buffer).getBigUint64(mapping.header.consumerOff + 4096, true);
    })();
    assertEquals(reserved, 64n);
    using again = new LiveMapping(path);
    assertEquals(loadConsumerPid(again.consumer), Deno.pid);
    assertEquals(new RingReader(again).finish().rows, []);
  }));

Deno.test("a mapping that was given back throws instead of reading foreign memory", () =>
  withRings(image().bytes(), (path) => {
    const mapping = new LiveMapping(path);
    mapping[Symbol.dispose]();
    mapping[Symbol.dispose]();
    assertThrows(() => mapping.producer.load64(0), TypeError);
    assertThrows(() => mapping.consumer.store64(0, 0n), TypeError);
    assertThrows(() => mapping.producer.copy(0, 8), TypeError);
  }));

Deno.test("a second mapping of the same rings is refused, and the first goes on", () =>
  withRings(image().bytes(), (path) => {
    using first = new LiveMapping(path);
    assertThrows(() => new LiveMapping(path), DriverError, "end that capture first");
    assertEquals(first.producer.load64(setHeader.magic), 0x0053474e49525352n);
  }));

Deno.test("rings that are not there are refused with the next step", () => {
  assertThrows(() => new LiveMapping("/dev/shm/no-such.rings"), DriverError, "check the path");
});

Deno.test("a folder is no ring set", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assertThrows(() => new LiveMapping(folder), DriverError, folder);
  } finally {
    await Deno.remove(folder);
  }
});

Deno.test("rings of another major version are refused as such", () =>
  withRings(image().header("abiMajor", 2n, 2).bytes(), (path) => {
    assertThrows(() => new LiveMapping(path), AbiMismatchError, "its ABI is 2.");
  }));

Deno.test("rings that overwrite may have several readers, and none of them writes its number into them", () =>
  withRings(image({ mode: "overwrite" }).ring(0).entry().bytes(), (path) => {
    using first = new LiveMapping(path);
    using second = new LiveMapping(path);
    assertEquals([first, second].map((mapping) => new RingReader(mapping).finish().rows.length), [1, 1]);
    assertEquals(loadConsumerPid(first.consumer), 0);
  }));

Deno.test("of several readers of rings that overwrite one ends dead writers' entries, and another one after it", () =>
  withRings(image({ mode: "overwrite" }).bytes(), (path) => {
    const first = new LiveMapping(path);
    using second = new LiveMapping(path);
    assertEquals([first.oversee(), second.oversee(), first.oversee()], [true, false, true]);
    first[Symbol.dispose]();
    assert(second.oversee());
  }));

Deno.test("a file that was cut short is noticed before it is touched", () =>
  withRings(image().bytes(), (path) => {
    using mapping = new LiveMapping(path);
    assertEquals(mapping.isCut, false);
    Deno.truncateSync(path, mapping.header.totalBytes - 1);
    assertEquals(mapping.isCut, true);
  }));

Deno.test("a word of the producers' half is swapped only if it is still what was seen", () =>
  withRings(image({ mode: "overwrite" }).ring(0).entry().bytes(), (path) => {
    using mapping = new LiveMapping(path);
    const offset = mapping.header.dataOff + 8;
    mapping.producer.load64(offset);
    mapping.swapWord(offset, 1n, 7n);
    assertEquals(mapping.producer.load64(offset), 0n);
    mapping.swapWord(offset, 0n, 7n);
    assertEquals(mapping.producer.load64(offset), 7n);
  }));

Deno.test("rings of another boot have no clock that could be read", () =>
  withRings(image({ order: "clock" }).bytes(), (path) => {
    using mapping = new LiveMapping(path);
    assertEquals(mapping.clock, null);
  }));

Deno.test("the clock of rings that were made just now goes on", () => {
  const set = image({ order: "clock" });
  set.putAnchor(monotonicNs(), BigInt(Date.now()) * 1_000_000n);
  return withRings(set.bytes(), (path) => {
    using mapping = new LiveMapping(path);
    const before = mapping.clock?.read() ?? 0n;
    assert(before > mapping.anchor.ticks - 1_000_000_000n);
    assert(mapping.clock!.read() >= before);
  });
});

/** CLOCK_MONOTONIC; /proc/uptime goes on while a machine is suspended. */
function monotonicNs(): bigint {
  const libc = openLibc();
  const time = new BigInt64Array(2);
  assertEquals(libc.symbols.clock_gettime(Libc.clockMonotonic, new Uint8Array(time.buffer)), 0);
  libc.close();
  return time[0]! * 1_000_000_000n + time[1]!;
}
