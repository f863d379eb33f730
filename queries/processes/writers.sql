-- Who logged what, with the names that are known of them.
CREATE OR REPLACE VIEW writers AS
WITH logged AS (
  SELECT
    capture, pid, tid, count(*)::UBIGINT AS entries, ratio(count(*), sum(count(*)) OVER (PARTITION BY capture)) AS share,
    (count(*) FILTER (WHERE severity >= at_least('error')))::UBIGINT AS errors,
    (count(*) FILTER (WHERE severity = at_least('warn')))::UBIGINT AS warnings,
    list_sort(list(DISTINCT processor)) AS processors, min(ts) AS first_ts, max(ts) AS last_ts
  FROM _entries
  GROUP BY capture, pid, tid
),
process_names AS (
  SELECT capture, pid, string_agg(DISTINCT name, ', ' ORDER BY name) AS process
  FROM processes
  GROUP BY capture, pid
),
thread_names AS (
  SELECT capture, pid, tid, string_agg(DISTINCT name, ', ' ORDER BY name) AS thread
  FROM threads
  GROUP BY capture, pid, tid
)
SELECT capture, pid, tid, process, thread, entries, share, errors, warnings, processors, first_ts, last_ts
FROM logged
LEFT JOIN process_names USING (capture, pid)
LEFT JOIN thread_names USING (capture, pid, tid)
ORDER BY capture, entries DESC, pid, tid;

COMMENT ON VIEW writers IS 'One row per capture and thread that logged, the busiest first.';
COMMENT ON COLUMN writers.capture IS 'Name of the capture.';
COMMENT ON COLUMN writers.pid IS 'Its process.';
COMMENT ON COLUMN writers.tid IS 'The thread.';
COMMENT ON COLUMN writers.process IS 'Name of the process; where its number was given out again, the names of all that had it. NULL where it is not known.';
COMMENT ON COLUMN writers.thread IS 'Name of the thread, likewise. NULL where it is not known.';
COMMENT ON COLUMN writers.entries IS 'Entries that it logged.';
COMMENT ON COLUMN writers.share IS 'Their part of the capture''s entries, 0 to 1.';
COMMENT ON COLUMN writers.errors IS 'Of these errors and fatal ones.';
COMMENT ON COLUMN writers.warnings IS 'Of these warnings.';
COMMENT ON COLUMN writers.processors IS 'The processors that it logged on, by number.';
COMMENT ON COLUMN writers.first_ts IS 'Its first entry, UTC.';
COMMENT ON COLUMN writers.last_ts IS 'Its last entry, UTC.';
