-- How much of each level.
CREATE OR REPLACE VIEW level_counts AS
WITH levels AS (
  SELECT capture, severity, count(*)::UBIGINT AS entries, min(ts) AS first_ts, max(ts) AS last_ts
  FROM _entries
  GROUP BY capture, severity
)
SELECT
  capture, severity, level_name(severity) AS level, entries,
  ratio(entries, sum(entries) OVER (PARTITION BY capture)) AS share, first_ts, last_ts
FROM levels
ORDER BY capture, severity;

COMMENT ON VIEW level_counts IS 'One row per capture and severity that was logged.';
COMMENT ON COLUMN level_counts.capture IS 'Name of the capture.';
COMMENT ON COLUMN level_counts.severity IS '1 trace, 2 debug, 3 info, 4 warn, 5 error, 6 fatal.';
COMMENT ON COLUMN level_counts.level IS 'Its name.';
COMMENT ON COLUMN level_counts.entries IS 'Entries that logs holds.';
COMMENT ON COLUMN level_counts.share IS 'Their part of the capture''s entries, 0 to 1.';
COMMENT ON COLUMN level_counts.first_ts IS 'The first of them, UTC.';
COMMENT ON COLUMN level_counts.last_ts IS 'The last of them, UTC.';
