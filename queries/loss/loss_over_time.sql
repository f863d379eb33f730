-- When entries were lost: what the counters of each ring grew by in each span. A loss is counted when the reader finds it, which is after the
-- ring has let something through again; gaps say between which entries it was.
CREATE OR REPLACE VIEW loss_over_time AS
WITH extents AS (
  SELECT
    capture, processor, bucket(ts, width_ns) AS ts, any_value(width_ns) AS width_ns, arg_max(attempts, batch) AS attempts,
    arg_max(read, batch) AS read, arg_max(lost, batch) AS lost
  FROM _rings
  JOIN _bucket_widths USING (capture)
  GROUP BY ALL
),
growth AS (
  -- Signed: a damaged counter may go back.
  SELECT
    capture, ts, width_ns, attempts::HUGEINT - coalesce(lag(attempts) OVER of_ring, 0) AS attempts,
    read::HUGEINT - coalesce(lag(read) OVER of_ring, 0) AS read,
    lost::HUGEINT - coalesce(lag(lost) OVER of_ring, 0) AS lost
  FROM extents
  WINDOW of_ring AS (PARTITION BY capture, processor ORDER BY ts)
)
SELECT
  capture, ts, any_value(width_ns) AS width_ns, greatest(sum(attempts), 0)::UBIGINT AS attempts,
  greatest(sum(read), 0)::UBIGINT AS read, greatest(sum(lost), 0)::UBIGINT AS lost, ratio(sum(lost), sum(attempts)) AS loss_ratio,
  (count(*) FILTER (WHERE lost > 0))::UBIGINT AS rings_with_loss
FROM growth
GROUP BY capture, ts
ORDER BY capture, ts;

COMMENT ON VIEW loss_over_time IS 'One row per capture and span of time in which counters were stored: what was attempted, read and lost in it, over all processors. The spans are as wide as makes 20 to 200 of them.';
COMMENT ON COLUMN loss_over_time.capture IS 'Name of the capture.';
COMMENT ON COLUMN loss_over_time.ts IS 'Beginning of the span, UTC.';
COMMENT ON COLUMN loss_over_time.width_ns IS 'Its width, ns.';
COMMENT ON COLUMN loss_over_time.attempts IS 'Calls that tried to log.';
COMMENT ON COLUMN loss_over_time.read IS 'Entries that the reader delivered.';
COMMENT ON COLUMN loss_over_time.lost IS 'Attempts that were found lost, of all causes.';
COMMENT ON COLUMN loss_over_time.loss_ratio IS 'lost / attempts, 0 to 1. NULL when nothing was attempted.';
COMMENT ON COLUMN loss_over_time.rings_with_loss IS 'Processors that lost something.';
