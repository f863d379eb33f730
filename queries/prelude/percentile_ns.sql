-- Interpolated values of integers are DOUBLE, which names ending in _ns must not be.
CREATE OR REPLACE MACRO percentile_ns(values_ns, part) AS round(quantile_cont(values_ns, part))::BIGINT;

COMMENT ON MACRO percentile_ns IS 'A percentile of durations as an aggregate, ns, BIGINT, interpolated between neighbours: percentile_ns(latency_ns, 0.99).';
