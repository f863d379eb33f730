/**
 * What took longest, with the entries around it.
 *
 * @module
 */
import type { Store } from "../../store/store.ts";
import { ask, bigintOf, numberOf, type Row, textOf, textOrNull } from "./ask.ts";
import type { NearEntry, SlowWork } from "./report_data.ts";

/** Entries that are shown before the beginning, behind the end, and at most between. */
const NEAR = 5;
/** How far in the order they are looked for: numbers are missing where entries are lost or discarded. */
const REACH = 64n;
const IDX_MAX = 2n ** 64n - 1n;

/**
 * Reads them.
 *
 * @param begin The capture's first moment, ns since 1970.
 */
export async function readSlowest(
  store: Store,
  capture: string,
  begin: bigint,
  signal?: AbortSignal,
): Promise<SlowWork[]> {
  const slow: SlowWork[] = [];
  for (const row of await ask(store, "slowest", [capture], signal)) {
    const idx = bigintOf(row.idx), endIdx = bigintOf(row.end_idx);
    const near = new Map<bigint, NearEntry>();
    for (const at of new Set([idx, endIdx])) {
      const from = at > REACH ? at - REACH : 0n, to = at < IDX_MAX - REACH ? at + REACH : IDX_MAX;
      const entries = (await ask(store, "entries_near", [capture, from, to], signal)).map((entry) =>
        toNear(entry, begin)
      );
      const place = entries.findIndex((entry) => entry.idx === at);
      for (const entry of entries.slice(Math.max(0, place - NEAR), place + NEAR + 1)) {
        near.set(entry.idx, entry);
      }
    }
    slow.push({
      name: textOf(row.name),
      source: textOf(row.source),
      at: Number(bigintOf(row.at_ns) - begin),
      duration: numberOf(row.dur_ns),
      processor: numberOf(row.processor),
      pid: numberOf(row.pid),
      tid: numberOf(row.tid),
      idx,
      endIdx,
      near: [...near.values()].sort((a, b) => a.idx < b.idx ? -1 : 1),
    });
  }
  return slow;
}

function toNear(row: Row, begin: bigint): NearEntry {
  return {
    idx: bigintOf(row.idx),
    at: Number(bigintOf(row.at_ns) - begin),
    processor: numberOf(row.processor),
    level: textOrNull(row.level),
    tid: numberOf(row.tid),
    message: textOrNull(row.message),
  };
}
