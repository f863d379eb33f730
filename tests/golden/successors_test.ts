import { assertEquals, equal } from "@std/assert";
import { Mode, setHeader } from "../../runtime/abi/layout.ts";
import { ensureBuilt } from "../../runtime/build/build.ts";
import { openImage } from "../../runtime/reader/ring_memory.ts";
import { RingReader } from "../../runtime/reader/ring_reader.ts";
import { goldenCases } from "./golden_cases.ts";
import { loadGolden } from "./golden_suite.ts";
import { nativeGoldenReader } from "./native_golden_reader.ts";
import { toRow, typescriptGoldenReader } from "./typescript_golden_reader.ts";

const { reader, reason } = await ensureBuilt();
if (reader === null) throw new Error(`the native reader is not built: ${reason}`);
const native = nativeGoldenReader(reader);
const typescript = typescriptGoldenReader("the TypeScript reader");

const modeOf = (image: Uint8Array) => new DataView(image.buffer).getUint32(setHeader.mode, true);
/** Both readers make the same of them: nobody who wrote them lives, whether they are taken for images or not. */
const good = Object.entries(goldenCases).filter(([name]) => {
  const { error, result, live } = loadGolden(name);
  return error === null && equal(live, result);
});
const overwriting = good.filter(([, build]) => modeOf(build()) === Mode.overwrite);
const discarding = good.filter(([, build]) => modeOf(build()) === Mode.discard);

for (
  const [first, second] of [[typescript, native], [native, typescript], [typescript, typescript]] as const
) {
  Deno.test(`${second.name} finds in rings that overwrite what ${first.name} found, and nothing written`, async () => {
    for (const [name, build] of overwriting) {
      const image = build();
      const { consumerOff } = openImage(image, name).header;
      const before = image.slice(consumerOff);
      const { filter } = loadGolden(name);
      const { rows } = await first.read(image, filter);
      assertEquals(image.slice(consumerOff), before, name);
      assertEquals((await second.read(image, filter)).rows, rows, name);
    }
  });

  Deno.test(`${second.name} finds nothing in other rings that ${first.name} has read`, async () => {
    for (const [name, build] of discarding) {
      const image = build();
      await first.read(image);
      assertEquals((await second.read(image)).rows, [], name);
    }
  });
}

for (const second of [typescript, native]) {
  Deno.test(`where a reader has stopped half-way, ${second.name} delivers the rest`, async () => {
    for (const [name, build] of discarding) {
      for (const rounds of [1, 2, 3, 5]) {
        const image = build();
        const first = new RingReader(openImage(image, name));
        const { filter, result } = loadGolden(name);
        first.filter(filter);
        const rows = Array.from({ length: rounds }, () => first.drain(1).rows.map(toRow)).flat();
        first.publish();
        first.publishStored();
        rows.push(...(await second.read(image, filter)).rows);
        assertEquals(rows, result.rows, `${name}, after ${rounds} rounds`);
      }
    }
  });
}
