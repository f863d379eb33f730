-- When what was lost: each hole at the end of the time that it may lie in.
SELECT
  capture, epoch_ns(bucket(coalesce(next_ts, prev_ts), width_ns)) AS at_ns, cause, sum(lost)::UBIGINT AS lost,
  count(DISTINCT processor)::UBIGINT AS processors
FROM gaps
JOIN _bucket_widths USING (capture)
WHERE coalesce(next_ts, prev_ts) IS NOT NULL
GROUP BY capture, at_ns, cause
ORDER BY capture, at_ns, cause;
