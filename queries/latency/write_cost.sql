-- What writes cost their callers, as the driver measures it: the clock is read again at the end of every 1,024th write. The kinds of
-- cost are powers of two of the clock's ticks.
CREATE OR REPLACE VIEW write_cost AS
WITH costs AS (
  SELECT
    capture, processor, bucket, writes, 1e9 / ticks_per_second AS tick_ns,
    sum(writes) OVER (PARTITION BY capture, processor) AS all_writes,
    sum(writes) OVER (PARTITION BY capture, processor ORDER BY bucket) AS writes_so_far
  FROM _write_cost
  JOIN captures USING (capture)
)
SELECT
  capture, processor, if(bucket = 0, 0, _ticks_ns(bucket, tick_ns)) AS from_ns, _ticks_ns(bucket + 1, tick_ns) AS to_ns,
  writes, ratio(writes, all_writes) AS share, ratio(writes_so_far, all_writes) AS share_so_far
FROM costs
ORDER BY capture, processor, from_ns;

COMMENT ON VIEW write_cost IS 'One row per capture, processor and kind of cost: how long writes took their callers, from before the reservation (in clock order from behind it) to behind the commit, measured at every 1,024th write. A write that was interrupted, or lost its processor, counts with that time. Empty where the driver measured nothing.';
COMMENT ON COLUMN write_cost.capture IS 'Name of the capture.';
COMMENT ON COLUMN write_cost.processor IS 'Into whose ring.';
COMMENT ON COLUMN write_cost.from_ns IS 'They took at least so long, ns.';
COMMENT ON COLUMN write_cost.to_ns IS 'And less than this, ns.';
COMMENT ON COLUMN write_cost.writes IS 'Measured writes.';
COMMENT ON COLUMN write_cost.share IS 'Their part of the processor''s measured writes, 0 to 1.';
COMMENT ON COLUMN write_cost.share_so_far IS 'The part that took less than to_ns, 0 to 1.';
