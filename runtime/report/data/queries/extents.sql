-- When each capture was, and how much it holds.
WITH times AS (
  SELECT capture, min(epoch_ns(ts)) AS first_ns, max(epoch_ns(ts)) AS last_ns
  FROM (SELECT capture, ts FROM logs UNION ALL SELECT capture, ts FROM rings)
  GROUP BY capture
),
levels AS (
  SELECT
    capture, sum(entries) AS entries, sum(entries) FILTER (WHERE severity = 4) AS warnings,
    sum(entries) FILTER (WHERE severity >= 5) AS errors
  FROM level_counts
  GROUP BY capture
)
SELECT
  capture, first_ns, last_ns, coalesce(width_ns, 1) AS width_ns, coalesce(levels.entries, 0)::UBIGINT AS entries,
  coalesce(levels.warnings, 0)::UBIGINT AS warnings, coalesce(levels.errors, 0)::UBIGINT AS errors
FROM captures
LEFT JOIN times USING (capture)
LEFT JOIN levels USING (capture)
LEFT JOIN _bucket_widths USING (capture);
