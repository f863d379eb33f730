-- The time between two messages that belong together. In the order of a key's begins and ends, a begin and the end right after it
-- are one duration; a begin that is followed by another begin, or by nothing, has not ended.
CREATE OR REPLACE MACRO durations_between(begin_pattern, end_pattern) AS TABLE
WITH marked AS (
  SELECT
    capture, idx, ts, processor, pid, tid, message, regexp_extract(message, begin_pattern, 1) AS begin_key,
    regexp_matches(message, begin_pattern) AS is_begin, regexp_extract(message, end_pattern, 1) AS end_key
  FROM _entries
  WHERE regexp_matches(message, begin_pattern) OR regexp_matches(message, end_pattern)
),
keyed AS (
  SELECT capture, CASE WHEN is_begin THEN begin_key ELSE end_key END AS key, is_begin, idx, ts, processor, pid, tid, message
  FROM marked
),
followed AS (
  SELECT
    capture, key, is_begin, idx, ts, processor, pid, tid, message,
    lead(NOT is_begin) OVER of_key AS is_ended, lead(idx) OVER of_key AS end_idx, lead(ts) OVER of_key AS end_ts,
    lead(processor) OVER of_key AS end_processor, lead(message) OVER of_key AS end_message
  FROM keyed
  WINDOW of_key AS (PARTITION BY capture, key ORDER BY idx)
)
SELECT
  capture, key, ts, CASE WHEN is_ended THEN end_ts END AS end_ts,
  CASE WHEN is_ended THEN elapsed_ns(ts, end_ts) END AS duration_ns, processor,
  CASE WHEN is_ended THEN end_processor END AS end_processor, pid, tid, idx,
  CASE WHEN is_ended THEN end_idx END AS end_idx, message, CASE WHEN is_ended THEN end_message END AS end_message
FROM followed
WHERE is_begin
ORDER BY idx;

COMMENT ON MACRO TABLE durations_between IS 'The time from each message that fits the first regular expression to the one that fits the second and has the same key, which is what the first pair of parentheses of each finds: FROM durations_between(''submit id=(\d+)'', ''done id=(\d+)''). One row per begin; where no end followed before the next begin of its key, end_ts, duration_ns and the other columns of the end are NULL.';
