-- When far more was logged than usual. The spans are a tenth as wide as those of rate_over_time, so up to 2,000 to a capture; the mean is
-- over all of its time, silent spans too, and hardly moved by a burst that is short.
CREATE OR REPLACE VIEW bursts AS
WITH counts AS (
  SELECT
    capture, epoch_ns(ts) // (width_ns // 10) AS span, any_value(width_ns // 10) AS width_ns, count(*) AS entries,
    min(idx) AS first_idx, max(idx) AS last_idx
  FROM _entries
  JOIN _bucket_widths USING (capture)
  GROUP BY ALL
),
means AS (
  SELECT capture, sum(entries) / (max(span) - min(span) + 1) AS mean
  FROM counts
  GROUP BY capture
),
busy AS (
  SELECT
    capture, span, width_ns, entries, mean, first_idx, last_idx,
    span - row_number() OVER (PARTITION BY capture ORDER BY span) AS island
  FROM counts
  JOIN means USING (capture)
  WHERE entries > 5 * mean AND entries >= 10
),
islands AS (
  SELECT
    capture, min(span) AS first_span, max(span) AS last_span, any_value(width_ns) AS width_ns,
    sum(entries)::UBIGINT AS entries, any_value(mean) AS mean, min(first_idx) AS first_idx, max(last_idx) AS last_idx
  FROM busy
  GROUP BY capture, island
)
SELECT
  capture, make_timestamp_ns(first_span * width_ns) AS ts, (last_span - first_span + 1) * width_ns AS duration_ns, entries,
  per_second(entries, (last_span - first_span + 1) * width_ns) AS entries_per_s,
  entries / (mean * (last_span - first_span + 1)) AS times_mean, first_idx, last_idx
FROM islands
ORDER BY capture, ts;

COMMENT ON VIEW bursts IS 'One row per burst: neighbouring short spans of time in each of which more than five times the capture''s mean was logged, and at least ten entries.';
COMMENT ON COLUMN bursts.capture IS 'Name of the capture.';
COMMENT ON COLUMN bursts.ts IS 'When it began, UTC, to the width of a span.';
COMMENT ON COLUMN bursts.duration_ns IS 'How long it lasted, ns: a whole number of spans.';
COMMENT ON COLUMN bursts.entries IS 'Entries logged in it.';
COMMENT ON COLUMN bursts.entries_per_s IS 'entries over duration_ns, per second.';
COMMENT ON COLUMN bursts.times_mean IS 'That rate over the mean rate of the capture.';
COMMENT ON COLUMN bursts.first_idx IS 'The smallest idx in it.';
COMMENT ON COLUMN bursts.last_idx IS 'The largest idx in it.';
