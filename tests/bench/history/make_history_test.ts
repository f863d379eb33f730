import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { segmentPath } from "../../../runtime/seal/segment_paths.ts";
import { openStore } from "../../../runtime/store/store.ts";
import { driverBatches } from "./driver_batches.ts";
import { makeHistory } from "./make_history.ts";

const LOG = { rate: 200_000, seed: 4 };

Deno.test("a made history is a capture whose account adds up, with holes, in order", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const path = join(dir, "history");
    const entries = 600_000;
    const history = await makeHistory(path, { ...LOG, entries, segmentBytes: 32 * 2 ** 20, sealed: true });
    assert(history.segments > 1);
    await using store = await openStore([path]);
    assertEquals(store.warnings, []);
    const rows = async (query: string) => (await store.query(query)).rows;
    assertEquals(
      await rows(
        `SELECT sum(rows_stored)::INTEGER, sum(lost)::INTEGER, sum(gaps_lost)::INTEGER, bool_and(balanced)
        FROM accounting`,
      ),
      [[entries, 250, 250, true]],
    );
    assertEquals(await rows("SELECT * FROM order_violations"), []);
    assertEquals(await rows("SELECT epoch_ns(min(ts)), epoch_ns(max(ts)) FROM logs"), [
      [history.firstNs, history.lastNs],
    ]);
    assertEquals(
      await rows("SELECT count(DISTINCT processor)::INTEGER, count(DISTINCT severity)::INTEGER FROM logs"),
      [
        [8, 6],
      ],
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a made history is the same in every run, and another with another seed", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const make = async (name: string, seed: number) => {
      const path = join(dir, name);
      await makeHistory(path, {
        rate: LOG.rate,
        entries: 40_000,
        seed,
        segmentBytes: 2 ** 30,
        sealed: false,
      });
      return await Deno.readFile(segmentPath(path, "logs", 1, "arrows"));
    };
    const first = await make("first", 4);
    assertEquals(await make("again", 4), first);
    assert(!(await make("other", 5)).every((byte, at) => byte === first[at]));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("what drivers log reads as such", () => {
  const [first] = driverBatches({ ...LOG, entries: 5 });
  assert(first !== undefined);
  const { batch } = first;
  const text = (row: number) =>
    new TextDecoder().decode(batch.payload.slice(batch.offsets[row], batch.offsets[row + 1]));
  for (let row = 0; row < batch.rows; row++) {
    assert(/^(nvme[01]|eth[01]:|irq 12\d|dma:|usb 1-\d:) [a-z0-9 :,.]+$/.test(text(row)), text(row));
  }
});
