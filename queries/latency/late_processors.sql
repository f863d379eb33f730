-- Which processor was late, and when: in each span of time the rings are compared with each other, since what delays all of
-- them is the reader's doing. Eight times and a millisecond are far outside of what polling alone does.
CREATE OR REPLACE VIEW late_processors AS
WITH latencies AS (
  SELECT
    capture, bucket(ts, width_ns) AS ts, any_value(width_ns) AS width_ns, processor, count(*)::UBIGINT AS count,
    percentile_ns(latency_ns, 0.99) AS p99_ns, max(latency_ns) AS max_ns, arg_max(idx, latency_ns) AS worst_idx
  FROM logs
  JOIN _bucket_widths USING (capture)
  WHERE latency_ns IS NOT NULL
  GROUP BY ALL
),
compared AS (
  SELECT capture, ts, min(p99_ns) AS least_p99_ns
  FROM latencies
  GROUP BY capture, ts
)
SELECT capture, ts, width_ns, processor, count, p99_ns, least_p99_ns, max_ns, worst_idx
FROM latencies
JOIN compared USING (capture, ts)
WHERE p99_ns > 8 * least_p99_ns AND p99_ns - least_p99_ns > 1000000
ORDER BY capture, ts, processor;

COMMENT ON VIEW late_processors IS 'One row per capture, span of time and processor whose entries arrived much later than those of another processor: its 99th percentile is above eight times that of the best one, and by more than a millisecond.';
COMMENT ON COLUMN late_processors.capture IS 'Name of the capture.';
COMMENT ON COLUMN late_processors.ts IS 'Beginning of the span, UTC.';
COMMENT ON COLUMN late_processors.width_ns IS 'Its width, ns.';
COMMENT ON COLUMN late_processors.processor IS 'Whose ring was late.';
COMMENT ON COLUMN late_processors.count IS 'Entries that it wrote then.';
COMMENT ON COLUMN late_processors.p99_ns IS '99 % of their delivery latencies are not above it, ns.';
COMMENT ON COLUMN late_processors.least_p99_ns IS 'The same of the processor that was best then, ns.';
COMMENT ON COLUMN late_processors.max_ns IS 'The largest of this processor, ns.';
COMMENT ON COLUMN late_processors.worst_idx IS 'The entry that it is of: entries_around shows what happened there.';
