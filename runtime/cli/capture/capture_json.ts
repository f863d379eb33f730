import type { RecordResult, RingTotals } from "../../capture/record_types.ts";
import type { Latencies } from "./latencies.ts";

/** What `capture --json` prints: one object, with a line break. Its keys are a contract with other programs. */
export function captureJson(result: RecordResult, latencies: Latencies): string {
  const object = {
    name: result.name,
    path: result.path,
    complete: result.complete,
    seconds: result.seconds,
    entries: result.entries,
    retired_entries: result.retiredEntries,
    ...counters(result),
    balanced: result.balanced,
    warnings: result.warnings,
    notes: result.notes,
    processors: result.processors.map((one) => ({
      processor: one.processor,
      ...counters(one),
      latency_ns: latencies.byProcessor.get(one.processor) ?? null,
    })),
  };
  return `${JSON.stringify(object, null, 2)}\n`;
}

function counters(totals: RingTotals) {
  return {
    attempts: totals.attempts,
    read: totals.read,
    discarded: totals.discarded,
    lost: totals.lost,
    lost_full: totals.lost_full,
    overwritten: totals.overwritten,
    too_big: totals.too_big,
    abandoned: totals.abandoned,
    corrupt: totals.corrupt,
    unstored: totals.unstored,
    pending: totals.pending,
    filtered: totals.filtered,
    mixed: totals.mixed,
    wraps: totals.wraps,
    late: totals.late,
    stalled: totals.stalled,
  };
}
