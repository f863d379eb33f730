-- Errors, and what led to them. Places are counted over all processors, in order, since the cause need not have been logged by the one that
-- saw the error.
CREATE OR REPLACE MACRO errors_with_context(entries_before := 10, entries_after := 2, level := 'error') AS TABLE
WITH placed AS (
  SELECT
    capture, idx, ts, processor, severity, pid, tid, message, row_number() OVER (PARTITION BY capture ORDER BY idx) AS place
  FROM _entries
),
errors AS (
  SELECT capture, idx AS error_idx, ts AS error_ts, place AS error_place
  FROM placed
  WHERE severity >= at_least(level)
)
SELECT
  capture, error_idx, place - error_place AS offset_entries, idx, ts, elapsed_ns(error_ts, ts) AS offset_ns, processor,
  level_name(severity) AS level, pid, tid, message
FROM errors
JOIN placed USING (capture)
WHERE place BETWEEN error_place - entries_before AND error_place + entries_after
ORDER BY capture, error_idx, place;

COMMENT ON MACRO TABLE errors_with_context IS 'Each error with the entries before and after it, over all processors in order; offset_entries is 0 for the error itself and negative before it. FROM errors_with_context(entries_before := 5, level := ''warn'') takes other numbers and another least level.';
