-- TIMESTAMP_NS values cannot be subtracted without losing their nanoseconds.
CREATE OR REPLACE MACRO elapsed_ns(first_ts, last_ts) AS epoch_ns(last_ts) - epoch_ns(first_ts);

COMMENT ON MACRO elapsed_ns IS 'Nanoseconds from one time to another, BIGINT; negative when the second is the earlier one.';
