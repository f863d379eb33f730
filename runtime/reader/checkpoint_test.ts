import { assertEquals } from "@std/assert";
import { consumerRing, consumerSet } from "../abi/layout.ts";
import { loadCheckpoints, type RingCheckpoint, storeCheckpoints } from "./checkpoint.ts";
import { SharedBytes } from "./ring_memory.ts";

const rings = 2;

function consumerPages(): SharedBytes {
  return new SharedBytes(new Uint8Array(consumerSet.bytes + rings * consumerRing.bytes));
}

function checkpointOf(seed: bigint): RingCheckpoint {
  return {
    readPos: seed,
    nextSeq: seed + 1n,
    read: seed + 2n,
    discarded: seed + 3n,
    refused: seed + 4n,
    abandoned: seed + 5n,
    corrupt: seed + 6n,
    late: seed + 7n,
    stalled: seed + 8n,
    overwritten: seed + 9n,
    scannedPos: seed + 10n,
    passedCount: 2n,
    openAbandoned: seed + 11n,
    openCorrupt: seed + 12n,
    passed: [seed + 16n, seed + 32n],
  };
}

const baseOf = (index: bigint) => ({
  index,
  ticks: index + 1n,
  ringPlus1: index + 2n,
  position: index + 3n,
});

Deno.test("pages that no reader has touched say that nothing was read", () => {
  const set = loadCheckpoints(consumerPages(), rings);
  assertEquals([set.generation, set.base.index, set.rings[1]?.read], [0n, 0n, 0n]);
});

Deno.test("a checkpoint comes back as it was stored", () => {
  const pages = consumerPages();
  const set = { generation: 1n, base: baseOf(77n), rings: [checkpointOf(8n), checkpointOf(800n)] };
  storeCheckpoints(pages, set);
  assertEquals(loadCheckpoints(pages, rings), set);
});

Deno.test("a checkpoint that was not finished leaves the one before whole", () => {
  const pages = consumerPages();
  const first = { generation: 1n, base: baseOf(77n), rings: [checkpointOf(8n), checkpointOf(800n)] };
  storeCheckpoints(pages, first);
  storeCheckpoints(pages, {
    generation: 2n,
    base: baseOf(99n),
    rings: [checkpointOf(16n), checkpointOf(1600n)],
  });
  // As if the reader had died before the generation was stored.
  pages.store64(consumerSet.generation, 1n);
  assertEquals(loadCheckpoints(pages, rings), first);
});

Deno.test("the position that writers look at follows the checkpoint", () => {
  const pages = consumerPages();
  storeCheckpoints(pages, {
    generation: 1n,
    base: baseOf(0n),
    rings: [checkpointOf(8n), checkpointOf(800n)],
  });
  assertEquals(pages.load64(consumerSet.bytes + consumerRing.readPos), 8n);
  assertEquals(pages.load64(consumerSet.bytes + consumerRing.bytes + consumerRing.readPos), 800n);
});
