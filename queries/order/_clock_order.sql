-- In clock order idx follows the clock. Where it does not, the processors' clocks disagree, or one of them went back.
CREATE OR REPLACE VIEW _clock_order AS
WITH neighbours AS (
  SELECT
    capture, idx, processor, seq, pid, tid, ticks, lag(capture) OVER () AS capture_before,
    lag(idx) OVER () AS idx_before, lag(ticks) OVER () AS ticks_before
  FROM _entries
)
SELECT
  capture, 'clock_order' AS kind, idx, processor, seq, pid, tid, idx_before AS other_idx,
  'idx ' || idx || ' was written ' || (ticks_before - ticks) || ' ticks before idx ' || idx_before
    || ', behind which it stands' AS detail
FROM neighbours
JOIN _captures USING (capture)
WHERE _captures."order" = 'clock' AND capture_before = capture AND ticks_before > ticks;

COMMENT ON VIEW _clock_order IS 'One row per entry of a capture in clock order that is older than the one before it.';
