-- How many of a kind of work took how long, when. An eighth of an octave is 9 %, finer than a chart shows.
SELECT
  capture, name, epoch_ns(bucket(ts, width_ns)) AS at_ns, floor(8 * log2(greatest(dur_ns, 1)))::INTEGER AS eighth,
  count(*)::UBIGINT AS entries
FROM _report_timings
JOIN _bucket_widths USING (capture)
WHERE name = $1
GROUP BY capture, name, at_ns, eighth
ORDER BY capture, at_ns, eighth;
