-- When delivery was slow.
CREATE OR REPLACE VIEW latency_over_time AS
WITH latencies AS (
  SELECT
    capture, bucket(ts, width_ns) AS ts, any_value(width_ns) AS width_ns, count(*)::UBIGINT AS count,
    quantile_cont(latency_ns, [0.5, 0.9, 0.99, 0.999]) AS quantiles, max(latency_ns) AS max_ns,
    arg_max(processor, latency_ns) AS slowest_processor
  FROM logs
  JOIN _bucket_widths USING (capture)
  WHERE latency_ns IS NOT NULL
  GROUP BY ALL
)
SELECT
  capture, ts, width_ns, count, round(quantiles[1])::BIGINT AS p50_ns, round(quantiles[2])::BIGINT AS p90_ns,
  round(quantiles[3])::BIGINT AS p99_ns, round(quantiles[4])::BIGINT AS p999_ns, max_ns, slowest_processor
FROM latencies
ORDER BY capture, ts;

COMMENT ON VIEW latency_over_time IS 'One row per capture and span of time in which something was logged: delivery latency of what was written then, over all processors. The spans are as wide as makes 20 to 200 of them.';
COMMENT ON COLUMN latency_over_time.capture IS 'Name of the capture.';
COMMENT ON COLUMN latency_over_time.ts IS 'Beginning of the span, UTC.';
COMMENT ON COLUMN latency_over_time.width_ns IS 'Its width, ns.';
COMMENT ON COLUMN latency_over_time.count IS 'Entries that are in these figures.';
COMMENT ON COLUMN latency_over_time.p50_ns IS 'Median, ns; like the next three interpolated between neighbours.';
COMMENT ON COLUMN latency_over_time.p90_ns IS '90 % are not above it, ns.';
COMMENT ON COLUMN latency_over_time.p99_ns IS '99 % are not above it, ns.';
COMMENT ON COLUMN latency_over_time.p999_ns IS '99.9 % are not above it, ns.';
COMMENT ON COLUMN latency_over_time.max_ns IS 'The largest, ns.';
COMMENT ON COLUMN latency_over_time.slowest_processor IS 'The processor whose ring the largest is of.';
