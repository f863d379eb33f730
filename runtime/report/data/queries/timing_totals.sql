-- What took how long in all: the kinds on which most time was spent. The list is cut, since in a hostile log every text is a kind of its own.
WITH totals AS (
  SELECT
    capture, name, count(*)::UBIGINT AS count, sum(dur_ns)::DOUBLE AS total_ns,
    quantile_cont(dur_ns, [0.5, 0.9, 0.99, 0.999]) AS quantiles, max(dur_ns) AS max_ns
  FROM _report_timings
  GROUP BY capture, name
)
SELECT
  capture, name, count, total_ns, round(quantiles[1])::BIGINT AS p50_ns, round(quantiles[2])::BIGINT AS p90_ns,
  round(quantiles[3])::BIGINT AS p99_ns, round(quantiles[4])::BIGINT AS p999_ns, max_ns
FROM totals
ORDER BY total_ns DESC, name
LIMIT 60;
