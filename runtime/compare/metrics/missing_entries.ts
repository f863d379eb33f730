/**
 * What a capture cannot tell: how many of its entries are missing, and where values may be false because of it.
 *
 * @module
 */
import type { Store } from "../../store/store.ts";

/** Times between which something is missing or wrong, ns since 1970. */
export type Interval = readonly [fromNs: bigint, toNs: bigint];

/** What is missing of one capture. */
export interface MissingEntries {
  /**
   * Entries that were logged and that `logs` does not hold, although the capture's own filter let them pass: lost, pending at the
   * end, retired, damaged. Infinity where that is not known, because the capture did not end in order.
   */
  readonly hidden: number;
  /** Those of them whose place no row of `gaps` tells. */
  readonly unplaced: number;
  /** Where its clock was set back: the times right behind the steps. */
  readonly steps: readonly Interval[];
  /** Time that the entries were logged in, ns. */
  readonly exposureNs: number;
  /** In words, one for each cause; empty when nothing is missing. */
  readonly reasons: readonly string[];
}

const TOTALS = `
SELECT
  any_value(captures.complete), count(rings.processor), sum(rings.lost), sum(rings.pending),
  sum(rings.read) - sum(rings.filtered), any_value(captures.loaded_rows), any_value(captures.retired_entries),
  any_value(epoch_ns(coalesce(captures.stopped, last_batches.ts))
    - epoch_ns(greatest(captures.started, coalesce(captures.retired_until, captures.started)))),
  any_value(spans.ns)
FROM captures
LEFT JOIN _rings_at_end AS rings USING (capture)
LEFT JOIN (SELECT capture, max(ts) AS ts FROM rings GROUP BY capture) AS last_batches USING (capture)
LEFT JOIN (SELECT capture, epoch_ns(max(ts)) - epoch_ns(min(ts)) AS ns FROM logs GROUP BY capture) AS spans USING (capture)`;

const CAUSES = "SELECT cause, sum(lost) FROM gaps GROUP BY cause ORDER BY sum(lost) DESC, cause";

/**
 * The same neighbourhoods as in _clock_steps. The first time behind a step is within the neighbourhood that is earlier than the one
 * before it, or, where the step lies within one, in that before: a value over the step goes over that time too, or is negative.
 */
const STEPS = `
WITH neighbourhoods AS (
  SELECT processor, seq >> 6 AS neighbourhood, min(epoch_ns(ts)) AS oldest_ns, max(epoch_ns(ts)) AS newest_ns
  FROM logs
  SEMI JOIN (SELECT processor FROM _clock_steps) AS stepped USING (processor)
  GROUP BY processor, neighbourhood
),
neighbours AS (
  SELECT
    oldest_ns, newest_ns, lag(oldest_ns) OVER of_processor AS oldest_before_ns,
    lag(newest_ns) OVER of_processor AS newest_before_ns
  FROM neighbourhoods
  WINDOW of_processor AS (PARTITION BY processor ORDER BY neighbourhood)
)
SELECT least(oldest_ns, oldest_before_ns), newest_ns
FROM neighbours
WHERE newest_before_ns - newest_ns > 1000000000
ORDER BY ALL`;

/** Asks the store of one capture. */
export async function findMissing(store: Store): Promise<MissingEntries> {
  const { rows: [totals = []] } = await store.query(TOTALS);
  const [complete, rings, ...numbers] = totals;
  const [lost, pending, kept, loaded, retired, recordedNs, spanNs] = numbers.map((value) =>
    Number(value ?? 0)
  );
  const unread = Number(rings) === 0 ? 0 : Math.max(0, kept! - loaded!);
  const reasons: string[] = [];
  if (lost! > 0) reasons.push(`${lost} lost (${await lostByCause(store)})`);
  if (pending! > 0) reasons.push(`${pending} pending at the end`);
  if (unread > 0) {
    reasons.push(`${unread} not there any more${retired! > 0 ? ` (${retired} retired)` : ""}`);
  }
  if (complete !== true) reasons.push("it did not end in order, so nobody knows how many are missing");
  const { rows: steps } = await store.query(STEPS);
  if (steps.length > 0) {
    reasons.push(`its clock was set back ${steps.length === 1 ? "once" : `${steps.length} times`}`);
  }
  return {
    hidden: complete === true ? lost! + pending! + unread : Infinity,
    unplaced: pending! + Math.max(0, unread - retired!),
    steps: steps.map(([from, to]) => [BigInt(from as bigint), BigInt(to as bigint)]),
    exposureNs: recordedNs! > 0 ? recordedNs! : spanNs!,
    reasons,
  };
}

async function lostByCause(store: Store): Promise<string> {
  const { rows } = await store.query(CAUSES);
  return rows.length === 0 ? "of no known place" : rows.map(([cause, lost]) => `${lost} ${cause}`).join(", ");
}
