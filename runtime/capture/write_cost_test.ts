import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { openProducer } from "../ffi/producer.ts";
import { loadNative } from "../ffi/native.ts";
import { openStore } from "../store/store.ts";
import { record } from "./record.ts";
import { makeTestFolder, producerCommand } from "./test_support.ts";
import { formatWriteCost, parseWriteCost, type WriteCost, writeCostFile } from "./write_cost.ts";

const MEASURED_EVERY = 1024;

Deno.test("what writes cost is read as it was written", () => {
  const costs: WriteCost[] = [
    { processor: 0, bucket: 5, writes: 7n },
    { processor: 65535, bucket: 63, writes: 2n ** 64n - 1n },
  ];
  assertEquals(parseWriteCost(formatWriteCost(costs)), costs);
  assertEquals(parseWriteCost(formatWriteCost([])), []);
});

Deno.test("a text that does not say what writes cost is refused with the place", () => {
  const refused = (text: string, message: string) =>
    assertThrows(() => parseWriteCost(text), SyntaxError, message);
  refused("{}", "it is not a list");
  refused("[null]", "item 0");
  refused('[{"processor":0,"bucket":1,"writes":"1"},{"processor":0,"bucket":64,"writes":"1"}]', "item 1");
  refused('[{"processor":65536,"bucket":1,"writes":"1"}]', "item 0");
  refused('[{"processor":0,"bucket":1,"writes":"18446744073709551616"}]', "item 0");
  refused('[{"processor":0,"bucket":1,"writes":1}]', "item 0");
});

for (const engine of ["native", "typescript"] as const) {
  Deno.test(`with the ${engine} reader a capture knows what every 1,024th write cost`, async () => {
    await using folder = await makeTestFolder();
    const command = await producerCommand(folder.path, { count: 5000 });
    const result = await record({ dir: folder.path, command, engine });
    const measured = new Map<number, number>();
    for (const { processor, writes } of parseWriteCost(await Deno.readTextFile(writeCostFile(result.path)))) {
      measured.set(processor, (measured.get(processor) ?? 0) + Number(writes));
    }
    const written = result.processors.filter(({ attempts }) => attempts > 0);
    assertEquals(
      measured,
      new Map(written.map(({ processor, attempts }) => [processor, Math.ceil(attempts / MEASURED_EVERY)])),
    );
  });

  Deno.test(`with the ${engine} reader a capture of running rings begins with no cost`, async () => {
    await using folder = await makeTestFolder();
    const rings = join(folder.path, "set.rings");
    using library = loadNative();
    library.makeRingSet(rings, { ringCount: 1, ringBytes: 1 << 20 });
    const write = (count: number) => {
      using producer = openProducer(rings);
      const entry = { severity: 3, kind: 1, type: 0, remarks: 0, payload: new Uint8Array(8) };
      for (let n = 0; n < count; n++) producer.write(entry);
    };
    const writesOf = async (path: string) =>
      parseWriteCost(await Deno.readTextFile(writeCostFile(path)).catch(() => "[]"))
        .reduce((sum, { writes }) => sum + Number(writes), 0);
    write(1025);
    const first = await record({ dir: folder.path, rings, once: true, engine });
    assertEquals(await writesOf(first.path), 0);
    const waiting = new AbortController();
    let isWritten = false;
    const second = await record({
      dir: folder.path,
      rings,
      engine,
      signal: waiting.signal,
      onStatus: ({ entries }) => {
        if (entries > 0) waiting.abort("SIGINT");
        else if (!isWritten) write(1024);
        isWritten = true;
      },
    });
    assertEquals([second.read, await writesOf(second.path)], [1024, 1]);
  });
}

Deno.test("a damaged file of costs is passed over", async () => {
  await using folder = await makeTestFolder();
  const { path } = await record({
    dir: folder.path,
    command: await producerCommand(folder.path, { count: 10 }),
  });
  const ask = async () => {
    await using store = await openStore([path]);
    return (await store.query("SELECT count(*) FROM write_cost")).rows;
  };
  // A line for each processor that the program was on.
  const costs = parseWriteCost(await Deno.readTextFile(writeCostFile(path)));
  assert(costs.length > 0);
  assertEquals(await ask(), [[BigInt(costs.length)]]);
  await Deno.writeTextFile(writeCostFile(path), "[{");
  assertEquals(await ask(), [[0n]]);
});
