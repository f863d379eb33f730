-- Whether the processors share the work, and whether their clocks agree. An entry can only be read after it was written, and
-- the reader's clock is one: the least latency of a processor, compared with the others', is what its clock may be ahead.
CREATE OR REPLACE VIEW processor_skew AS
WITH processors AS (
  SELECT
    capture, processor, count(*)::UBIGINT AS entries, min(latency_ns) AS least_latency_ns, min(ts) AS first_ts,
    max(ts) AS last_ts
  FROM logs
  GROUP BY capture, processor
)
SELECT
  capture, processor, entries, ratio(entries, sum(entries) OVER of_capture) AS share,
  entries / avg(entries) OVER of_capture AS times_mean, least_latency_ns,
  least_latency_ns - min(least_latency_ns) OVER of_capture AS behind_least_ns, first_ts, last_ts
FROM processors
WINDOW of_capture AS (PARTITION BY capture)
ORDER BY capture, processor;

COMMENT ON VIEW processor_skew IS 'One row per capture and processor that logged: how unevenly the processors log, and how far their clocks may be apart.';
COMMENT ON COLUMN processor_skew.capture IS 'Name of the capture.';
COMMENT ON COLUMN processor_skew.processor IS 'The processor.';
COMMENT ON COLUMN processor_skew.entries IS 'Entries that logs holds of it.';
COMMENT ON COLUMN processor_skew.share IS 'Its part of the capture''s entries, 0 to 1.';
COMMENT ON COLUMN processor_skew.times_mean IS 'Its entries over the mean of the processors: 1 is even.';
COMMENT ON COLUMN processor_skew.least_latency_ns IS 'The smallest time from a write to its reading, ns. Negative: its clock is ahead of the reader''s by at least that. NULL when no reading time is known.';
COMMENT ON COLUMN processor_skew.behind_least_ns IS 'That, less the smallest of all processors, ns: as much its clock may be behind theirs, if it logged as often as they. NULL when no reading time is known.';
COMMENT ON COLUMN processor_skew.first_ts IS 'Its first entry, UTC.';
COMMENT ON COLUMN processor_skew.last_ts IS 'Its last entry, UTC.';
