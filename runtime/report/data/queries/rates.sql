-- How much was logged when, by processor, and how much of it was bad.
SELECT
  capture, epoch_ns(bucket(ts, width_ns)) AS at_ns, processor, count(*)::UBIGINT AS entries,
  (count(*) FILTER (WHERE severity = 4))::UBIGINT AS warnings, (count(*) FILTER (WHERE severity >= 5))::UBIGINT AS errors
FROM logs
JOIN _bucket_widths USING (capture)
GROUP BY capture, at_ns, processor
ORDER BY capture, at_ns, processor;
