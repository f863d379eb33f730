-- How much was logged in which time. All processors of a capture share one span, so that their rates add up.
CREATE OR REPLACE VIEW rate_by_processor AS
WITH seconds AS (
  SELECT
    capture, processor, epoch_ns(ts) // 1000000000 AS second, count(*) AS entries,
    sum(coalesce(octet_length(data), strlen(message))) AS payload_bytes, min(epoch_ns(ts)) AS first_ns,
    max(epoch_ns(ts)) AS last_ns
  FROM _entries
  GROUP BY capture, processor, second
),
processors AS (
  SELECT
    capture, processor, sum(entries)::UBIGINT AS entries, sum(payload_bytes)::UBIGINT AS payload_bytes,
    max(entries)::UBIGINT AS peak_entries_per_s, min(first_ns) AS first_ns, max(last_ns) AS last_ns
  FROM seconds
  GROUP BY capture, processor
),
extents AS (
  SELECT capture, max(last_ns) - min(first_ns) AS span_ns
  FROM processors
  GROUP BY capture
)
SELECT
  capture, processor, entries, payload_bytes, span_ns, per_second(entries, span_ns) AS entries_per_s,
  per_second(payload_bytes, span_ns) AS bytes_per_s, peak_entries_per_s
FROM processors
JOIN extents USING (capture)
ORDER BY capture, processor;

COMMENT ON VIEW rate_by_processor IS 'One row per capture and processor that logged: how much in which time.';
COMMENT ON COLUMN rate_by_processor.capture IS 'Name of the capture.';
COMMENT ON COLUMN rate_by_processor.processor IS 'Whose ring.';
COMMENT ON COLUMN rate_by_processor.entries IS 'Entries that logs holds.';
COMMENT ON COLUMN rate_by_processor.payload_bytes IS 'Their texts and data, bytes.';
COMMENT ON COLUMN rate_by_processor.span_ns IS 'From the first to the last entry of the capture, over all processors, ns.';
COMMENT ON COLUMN rate_by_processor.entries_per_s IS 'entries over span_ns, per second; the processors of a capture add up to its own rate. NULL when span_ns is 0.';
COMMENT ON COLUMN rate_by_processor.bytes_per_s IS 'payload_bytes over span_ns, per second. NULL when span_ns is 0.';
COMMENT ON COLUMN rate_by_processor.peak_entries_per_s IS 'Most entries within one second of the clock.';
