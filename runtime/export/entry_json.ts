import { toJsonValue } from "../cli/format_value.ts";
import type { Entry } from "../log_entry.ts";

/** The columns of the view `logs`, in its order. */
export const LOG_COLUMNS = [
  "capture",
  "idx",
  "ts",
  "ticks",
  "processor",
  "seq",
  "severity",
  "level",
  "kind",
  "type",
  "remarks",
  "pid",
  "tid",
  "event",
  "message",
  "data",
  "read_ts",
  "latency_ns",
  "flags",
] as const;

/** A value that JSON carries without losing a digit. */
export type JsonValue = string | number | null;

/**
 * An entry with the columns of `logs` as JSON carries them: integers beyond 2^53 are texts, times RFC 3339 texts with nine digits,
 * bytes hexadecimal digits.
 */
export function entryJson(entry: Entry, capture: string): Record<typeof LOG_COLUMNS[number], JsonValue> {
  const json = (value: unknown, type: string) => toJsonValue(value, type) as JsonValue;
  return {
    capture,
    idx: json(entry.idx, "UBIGINT"),
    ts: json(entry.ts, "TIMESTAMP_NS"),
    ticks: json(entry.ticks, "UBIGINT"),
    processor: entry.processor,
    seq: json(entry.seq, "UBIGINT"),
    severity: entry.severity,
    level: entry.level ?? null,
    kind: entry.kind ?? null,
    type: entry.type,
    remarks: entry.remarks,
    pid: entry.pid,
    tid: entry.tid,
    event: entry.event,
    message: entry.message,
    data: json(entry.data, "BLOB"),
    read_ts: json(entry.readTs, "TIMESTAMP_NS"),
    latency_ns: json(entry.readTs === null ? null : entry.readTs - entry.ts, "BIGINT"),
    flags: entry.flags,
  };
}
