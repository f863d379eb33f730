-- How long a kind of work took, over time.
WITH percentiles AS (
  SELECT
    capture, epoch_ns(bucket(ts, width_ns)) AS at_ns, count(*)::UBIGINT AS count,
    quantile_cont(dur_ns, [0.5, 0.9, 0.99]) AS quantiles, max(dur_ns) AS max_ns
  FROM _report_timings
  JOIN _bucket_widths USING (capture)
  WHERE name = $1
  GROUP BY capture, at_ns
)
SELECT
  capture, at_ns, count, round(quantiles[1])::BIGINT AS p50_ns, round(quantiles[2])::BIGINT AS p90_ns,
  round(quantiles[3])::BIGINT AS p99_ns, max_ns
FROM percentiles
ORDER BY capture, at_ns;
