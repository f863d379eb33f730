-- How many entries had which delivery latency when. An eighth of an octave is 9 %, finer than a chart shows.
SELECT
  capture, '' AS name, epoch_ns(bucket(ts, width_ns)) AS at_ns, floor(8 * log2(greatest(latency_ns, 1)))::INTEGER AS eighth,
  count(*)::UBIGINT AS entries
FROM logs
JOIN _bucket_widths USING (capture)
WHERE latency_ns IS NOT NULL
GROUP BY capture, at_ns, eighth
ORDER BY capture, at_ns, eighth;
