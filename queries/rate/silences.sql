-- When nothing was logged for unusually long. Rows come as they are stored, in order of idx, so that no sort is needed; a write that was
-- kept from going on carries an older time than its neighbour, which is no pause.
CREATE OR REPLACE VIEW silences AS
WITH neighbours AS (
  SELECT
    capture, idx, ts, lag(capture) OVER () AS capture_before, lag(idx) OVER () AS idx_before, lag(ts) OVER () AS ts_before
  FROM _entries
),
pauses AS (
  SELECT capture, idx, ts, idx_before, ts_before, elapsed_ns(ts_before, ts) AS duration_ns
  FROM neighbours
  WHERE capture_before = capture AND ts > ts_before
),
usual AS (
  SELECT capture, avg(duration_ns) AS mean_ns
  FROM pauses
  GROUP BY capture
)
SELECT
  capture, ts_before AS ts, duration_ns, duration_ns / mean_ns AS times_mean, idx_before AS last_idx, idx AS next_idx
FROM pauses
JOIN usual USING (capture)
WHERE duration_ns > 50 * mean_ns AND duration_ns >= 1000000
ORDER BY capture, duration_ns DESC, ts;

COMMENT ON VIEW silences IS 'One row per silence, the longest first: a pause between two entries of a capture, over all processors, that is above 50 times the mean pause and at least a millisecond. Whether entries were lost in it: gaps.';
COMMENT ON COLUMN silences.capture IS 'Name of the capture.';
COMMENT ON COLUMN silences.ts IS 'The last entry before it, UTC.';
COMMENT ON COLUMN silences.duration_ns IS 'How long nothing was logged, ns.';
COMMENT ON COLUMN silences.times_mean IS 'That over the mean pause between two entries.';
COMMENT ON COLUMN silences.last_idx IS 'The last entry before it.';
COMMENT ON COLUMN silences.next_idx IS 'The first entry after it.';
