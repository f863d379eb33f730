-- time_bucket takes intervals, which end at microseconds.
CREATE OR REPLACE MACRO bucket(ts, width_ns) AS
  make_timestamp_ns(epoch_ns(ts) - ((epoch_ns(ts) % width_ns) + width_ns) % width_ns);

COMMENT ON MACRO bucket IS 'The beginning of the span of width_ns nanoseconds in which a time lies, TIMESTAMP_NS; spans are counted from 1970. For GROUP BY: bucket(ts, 10_000_000) is every 10 ms.';
