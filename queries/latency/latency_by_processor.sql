-- How long entries waited in their ring until the reader took them out.
CREATE OR REPLACE VIEW latency_by_processor AS
WITH latencies AS (
  SELECT
    capture, processor, count(*)::UBIGINT AS count,
    quantile_cont(latency_ns, [0.5, 0.9, 0.99, 0.999]) AS quantiles,
    max(latency_ns) AS max_ns
  FROM logs
  WHERE latency_ns IS NOT NULL
  GROUP BY capture, processor
)
SELECT
  capture, processor, count, round(quantiles[1])::BIGINT AS p50_ns, round(quantiles[2])::BIGINT AS p90_ns,
  round(quantiles[3])::BIGINT AS p99_ns, round(quantiles[4])::BIGINT AS p999_ns, max_ns
FROM latencies
ORDER BY capture, processor;

COMMENT ON VIEW latency_by_processor IS 'One row per capture and processor: delivery latency, from the write to the moment at which the reader took the entry. Entries whose read_ts is not known are left out. It tells how fresh and how congested the way is, not how fast a write is.';
COMMENT ON COLUMN latency_by_processor.capture IS 'Name of the capture.';
COMMENT ON COLUMN latency_by_processor.processor IS 'Whose ring.';
COMMENT ON COLUMN latency_by_processor.count IS 'Entries that are in these figures.';
COMMENT ON COLUMN latency_by_processor.p50_ns IS 'Median, ns; like the next three interpolated between neighbours.';
COMMENT ON COLUMN latency_by_processor.p90_ns IS '90 % are not above it, ns.';
COMMENT ON COLUMN latency_by_processor.p99_ns IS '99 % are not above it, ns.';
COMMENT ON COLUMN latency_by_processor.p999_ns IS '99.9 % are not above it, ns.';
COMMENT ON COLUMN latency_by_processor.max_ns IS 'The largest, ns.';
