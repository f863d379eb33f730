import { entryJson } from "../../export/entry_json.ts";
import type { Gap } from "../../live/gap.ts";
import type { TailItem } from "../../live/tail.ts";
import { toJsonValue } from "../format_value.ts";

/**
 * An entry or a hole as one line of NDJSON. An entry has the columns of `logs`, as `sql --format ndjson` prints them; a hole those of
 * `gaps`, and the kind `gap`.
 */
export function jsonLine(item: TailItem, capture: string): string {
  const object = item.kind === "entry" ? entryJson(item.entry, capture) : gapObject(item.gap, capture);
  return `${JSON.stringify(object)}\n`;
}

function gapObject(gap: Gap, capture: string): Record<string, unknown> {
  return {
    capture,
    kind: "gap",
    processor: gap.processor,
    cause: gap.cause,
    lost: toJsonValue(gap.lost, "UBIGINT"),
    prev_seq: toJsonValue(gap.prevSeq, "UBIGINT"),
    next_seq: toJsonValue(gap.nextSeq, "UBIGINT"),
    prev_idx: toJsonValue(gap.prevIdx, "UBIGINT"),
    next_idx: toJsonValue(gap.nextIdx, "UBIGINT"),
    prev_ts: toJsonValue(gap.prevTs, "TIMESTAMP_NS"),
    next_ts: toJsonValue(gap.nextTs, "TIMESTAMP_NS"),
  };
}
