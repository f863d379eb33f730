-- The account of every ring: attempts = read + discarded + lost + pending. Each term has a source of its own: attempts are
-- the producers' reserve word, read, discarded and pending are what the reader met, lost is what it found missing. What the
-- filter of a capture kept back was read and is no row: read less filtered are kept. Two cross-checks do not use the counters at all: the entries that are there, and the holes that are there.
--
-- A hole is counted when it is known and stored when its second neighbour is, so in a capture that did not end in order
-- the stored holes may be behind the counter; more than the counter is wrong always. A store that keeps only the newest
-- entries has dropped those of the oldest batches: what should be there was read after the last of them, and between the
-- first and the last entry no more may be missing than the counters explain. Where a selection was opened, or a follower has stepped over
-- entries, those that are there say nothing of the account but that they are not more than were read.
CREATE OR REPLACE VIEW accounting AS
WITH stored AS (
  SELECT
    capture, processor, count(*)::UBIGINT AS rows_stored, max(seq)::HUGEINT - min(seq) + 1 - count(*) AS missing_between
  FROM _entries
  GROUP BY capture, processor
),
holes AS (
  SELECT capture, processor, sum(lost)::UBIGINT AS gaps_lost
  FROM _gaps
  GROUP BY capture, processor
),
processors AS (
  SELECT capture, processor FROM _rings_at_end
  UNION
  SELECT capture, processor FROM stored
  UNION
  SELECT capture, processor FROM holes
),
totals AS (
  SELECT capture, sum(read) - sum(filtered) AS kept
  FROM _rings_at_end
  GROUP BY capture
),
windows AS (
  SELECT
    capture, complete, kept - loaded_rows AS rows_dropped, loaded_rows < kept AS is_partial,
    selection IS NOT NULL OR stepped_rows > 0 AS is_selected
  FROM _captures
  JOIN totals USING (capture)
),
batches AS (
  SELECT capture, batch, sum(read) - sum(filtered) AS rows_dropped
  FROM _snapshots
  SEMI JOIN (SELECT capture FROM windows WHERE is_partial) USING (capture)
  GROUP BY capture, batch
),
last_dropped AS (
  SELECT capture, max(batch) AS batch
  FROM batches
  JOIN windows USING (capture, rows_dropped)
  GROUP BY capture
),
dropped AS (
  SELECT capture, processor, read::HUGEINT - filtered AS rows_dropped
  FROM _snapshots
  JOIN last_dropped USING (capture, batch)
),
terms AS (
  SELECT
    capture, processor, attempts, read, discarded, lost, pending, filtered,
    (attempts::HUGEINT - read - discarded - lost - pending)::BIGINT AS unaccounted,
    coalesce(rows_stored, 0) AS rows_stored,
    CASE
      WHEN is_selected THEN NULL
      WHEN is_partial THEN try_cast(read::HUGEINT - filtered - dropped.rows_dropped AS UBIGINT)
      ELSE try_cast(read::HUGEINT - filtered AS UBIGINT)
    END AS rows_expected,
    coalesce(gaps_lost, 0) AS gaps_lost, coalesce(is_partial, false) AS is_partial,
    coalesce(is_selected, false) AS is_selected, coalesce(complete, false) AS complete,
    coalesce(missing_between, 0) AS missing_between
  FROM processors
  LEFT JOIN _rings_at_end USING (capture, processor)
  LEFT JOIN stored USING (capture, processor)
  LEFT JOIN holes USING (capture, processor)
  LEFT JOIN windows USING (capture)
  LEFT JOIN dropped USING (capture, processor)
),
verdicts AS (
  SELECT
    capture, processor, unaccounted = 0 AS is_closed,
    CASE
      WHEN is_selected THEN rows_stored <= read::HUGEINT - filtered
      ELSE rows_stored = rows_expected
        AND (NOT is_partial OR missing_between <= discarded::HUGEINT + lost + pending + filtered)
    END AS has_its_rows,
    CASE WHEN complete THEN gaps_lost = lost ELSE gaps_lost <= lost END AS has_its_gaps
  FROM terms
)
SELECT
  capture, processor, attempts, read, discarded, lost, pending, unaccounted, filtered, rows_stored, rows_expected, gaps_lost,
  coalesce(is_closed AND has_its_rows AND has_its_gaps, false) AS balanced
FROM terms
JOIN verdicts USING (capture, processor)
ORDER BY capture, processor;

COMMENT ON VIEW accounting IS 'One row per capture and processor: attempts = read + discarded + lost + pending, by the last counters that are stored, and whether the entries and holes that are there agree. No term is computed from the others.';
COMMENT ON COLUMN accounting.capture IS 'Name of the capture.';
COMMENT ON COLUMN accounting.processor IS 'Whose ring.';
COMMENT ON COLUMN accounting.attempts IS 'Calls that tried to log. NULL when entries or holes are there and no counters.';
COMMENT ON COLUMN accounting.read IS 'Entries that the reader delivered. NULL when there are no counters.';
COMMENT ON COLUMN accounting.discarded IS 'Entries that their writer took back. NULL when there are no counters.';
COMMENT ON COLUMN accounting.lost IS 'Attempts that are lost, of all causes. NULL when there are no counters.';
COMMENT ON COLUMN accounting.pending IS 'Attempts that were neither delivered nor lost. NULL when there are no counters.';
COMMENT ON COLUMN accounting.unaccounted IS 'attempts less the four others: 0, or the account does not close. NULL when there are no counters.';
COMMENT ON COLUMN accounting.filtered IS 'Of those that were read, entries that the filter of the capture kept back. NULL when there are no counters.';
COMMENT ON COLUMN accounting.rows_stored IS 'Entries that logs holds.';
COMMENT ON COLUMN accounting.rows_expected IS 'Entries that logs should hold: read less filtered, and less those of the oldest batches where a store keeps only the newest. NULL when more were filtered than read, when no whole batches explain what is loaded, when the capture was opened with a selection, and when a follower has stepped over entries.';
COMMENT ON COLUMN accounting.gaps_lost IS 'Sum over gaps, to be compared with lost. May be below it while a capture is not complete: a hole is stored when the entry after it is.';
COMMENT ON COLUMN accounting.balanced IS 'True when the account closes and entries and holes agree with it.';
