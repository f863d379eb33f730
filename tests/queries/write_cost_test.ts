import { assertEquals } from "@std/assert";
import { openLibrary } from "./open_library.ts";

const { rows } = await openLibrary({
  // Two ticks a nanosecond.
  fast: {
    info: { clock: { kind: "tsc", ticks_per_second: "2000000000", anchors: [] } },
    writeCost: [
      { processor: 0, bucket: 0, writes: 1n },
      { processor: 0, bucket: 6, writes: 6n },
      { processor: 0, bucket: 5, writes: 3n },
      { processor: 1, bucket: 63, writes: 2n ** 63n },
    ],
  },
  unmeasured: {},
});

Deno.test("write_cost gives the kinds of cost of each processor in ns, and how many writes cost less", async () => {
  assertEquals(
    await rows(`
      SELECT processor, from_ns, to_ns, writes, share, share_so_far FROM write_cost WHERE capture = 'fast' AND processor = 0`),
    [
      [0, 0n, 1n, 1n, 0.1, 0.1],
      [0, 16n, 32n, 3n, 0.3, 0.4],
      [0, 32n, 64n, 6n, 0.6, 1],
    ],
  );
});

Deno.test("write_cost shows the longest cost that can be said", async () => {
  assertEquals(
    await rows("SELECT from_ns, to_ns, writes, share FROM write_cost WHERE processor = 1"),
    [[4611686018427387904n, 9000000000000000000n, 2n ** 63n, 1]],
  );
});

Deno.test("write_cost is empty where nothing was measured", async () => {
  assertEquals(await rows("FROM write_cost WHERE capture = 'unmeasured'"), []);
});
