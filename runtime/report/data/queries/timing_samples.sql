-- Durations of a kind of work in the order in which they came, one of $3, for intervals that are made by resampling.
SELECT dur_ns
FROM _report_timings
WHERE capture = $1 AND name = $2 AND hash(idx) % $3 = 0
ORDER BY idx;
