-- How much of each level, when.
CREATE OR REPLACE VIEW rate_over_time AS
WITH counts AS (
  SELECT
    capture, bucket(ts, width_ns) AS ts, any_value(width_ns) AS width_ns, severity, count(*)::UBIGINT AS entries
  FROM _entries
  JOIN _bucket_widths USING (capture)
  GROUP BY ALL
)
SELECT
  capture, ts, width_ns, severity, level_name(severity) AS level, entries,
  per_second(entries, width_ns) AS entries_per_s
FROM counts
ORDER BY capture, ts, severity;

COMMENT ON VIEW rate_over_time IS 'One row per capture, span of time and severity that was logged in it. The spans are as wide as makes 20 to 200 of them.';
COMMENT ON COLUMN rate_over_time.capture IS 'Name of the capture.';
COMMENT ON COLUMN rate_over_time.ts IS 'Beginning of the span, UTC.';
COMMENT ON COLUMN rate_over_time.width_ns IS 'Its width, ns.';
COMMENT ON COLUMN rate_over_time.severity IS '1 trace, 2 debug, 3 info, 4 warn, 5 error, 6 fatal.';
COMMENT ON COLUMN rate_over_time.level IS 'Its name.';
COMMENT ON COLUMN rate_over_time.entries IS 'Entries that logs holds.';
COMMENT ON COLUMN rate_over_time.entries_per_s IS 'entries over width_ns, per second. The first and the last span are only partly within the capture.';
