-- A width that people can read, so that a capture of any length has between 20 and 200 buckets (fewer where it is shorter than
-- 20 us). Powers of ten and, above the second, what clocks show.
CREATE OR REPLACE VIEW _bucket_widths AS
WITH extents AS (
  SELECT capture, max(epoch_ns(ts)) - min(epoch_ns(ts)) AS span_ns
  FROM (SELECT capture, ts FROM _entries UNION ALL SELECT capture, ts FROM _snapshots)
  GROUP BY capture
),
widths AS (
  SELECT unnest([
    1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 60000000000, 600000000000,
    3600000000000, 21600000000000, 86400000000000
  ])::BIGINT AS width_ns
)
SELECT capture, coalesce(min(width_ns) FILTER (WHERE span_ns < width_ns * 200), max(width_ns)) AS width_ns
FROM extents
CROSS JOIN widths
GROUP BY capture;

COMMENT ON VIEW _bucket_widths IS 'One row per capture with entries or counters: the width of the buckets in which the views over time show it, ns.';
