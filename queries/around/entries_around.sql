-- What happened at the same time, on every processor.
CREATE OR REPLACE MACRO entries_around(of_capture, at_idx, within_ns := 1000000) AS TABLE
WITH centre AS (
  SELECT ts AS centre_ts
  FROM logs
  WHERE capture = of_capture AND idx = at_idx
)
SELECT
  capture, idx, ts, elapsed_ns(centre_ts, ts) AS offset_ns, processor, level, pid, tid, kind, message, data
FROM logs
CROSS JOIN centre
WHERE capture = of_capture AND abs(elapsed_ns(centre_ts, ts)) <= within_ns
ORDER BY idx;

COMMENT ON MACRO TABLE entries_around IS 'What all processors logged within so many ns before and after an entry, in order, with offset_ns from it: FROM entries_around(''boot'', 1234, within_ns := 5_000_000). Without within_ns a millisecond.';
