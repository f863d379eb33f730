/**
 * The TypeScript reader, for the golden suite.
 * @module
 */
import type { Liveness } from "../../runtime/reader/liveness.ts";
import { openImage } from "../../runtime/reader/ring_memory.ts";
import { RingReader } from "../../runtime/reader/ring_reader.ts";
import type { LogEntry } from "../../runtime/reader/log_entry.ts";
import type { GapRow, Neighbour } from "../../runtime/reader/seq_account.ts";
import {
  classifyRefusal,
  type GoldenGap,
  type GoldenRow,
  kindNames,
  toGoldenCounters,
} from "./golden_result.ts";
import type { GoldenReader } from "./golden_suite.ts";

/** A row in the form of the golden files. */
export function toRow({ idx, seq, ticks, kind, payload, ...rest }: LogEntry): GoldenRow {
  return {
    ...rest,
    idx: String(idx),
    seq: String(seq),
    ticks: String(ticks),
    kind: kindNames[kind] ?? String(kind),
    payload: payload.toHex(),
  };
}

function toGap({ processor, cause, lost, prev, next }: GapRow): GoldenGap {
  const text = (side: Neighbour | null, field: keyof Neighbour) => {
    const value = side?.[field] ?? null;
    return value === null ? null : String(value);
  };
  return {
    processor,
    cause,
    lost: String(lost),
    prev_seq: text(prev, "seq"),
    prev_idx: text(prev, "idx"),
    prev_ticks: text(prev, "ticks"),
    next_seq: text(next, "seq"),
    next_idx: text(next, "idx"),
    next_ticks: text(next, "ticks"),
  };
}

/**
 * @param options.bytesPerRing How much of each ring is looked at in one round; default: everything at once, at the end.
 * @param options.liveness Who still writes; default: nobody.
 */
export function typescriptGoldenReader(
  name: string,
  options: { bytesPerRing?: number; liveness?: Liveness } = {},
): GoldenReader {
  return {
    name,
    classify: classifyRefusal,
    read: (image, filter) => {
      const reader = new RingReader(openImage(image, "the image"), options);
      if (filter !== undefined) reader.filter(filter);
      const rows: LogEntry[] = [];
      const gaps: GapRow[] = [];
      // As many rounds as it takes to bring nothing new twice, then the end.
      for (let quiet = options.bytesPerRing === undefined ? 2 : 0; quiet < 2;) {
        const drain = reader.drain(options.bytesPerRing);
        reader.publish();
        rows.push(...drain.rows);
        gaps.push(...drain.gaps);
        quiet = drain.rows.length + drain.filtered + drain.gaps.length === 0 ? quiet + 1 : 0;
      }
      const end = reader.finish();
      reader.publish();
      rows.push(...end.rows);
      gaps.push(...end.gaps);
      return Promise.resolve({
        rows: rows.map(toRow),
        gaps: gaps.map(toGap),
        counters: end.counters.map((counters) => toGoldenCounters(Number(counters.processor), counters)),
      });
    },
  };
}
