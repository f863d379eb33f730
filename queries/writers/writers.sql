-- Who logged what.
CREATE OR REPLACE VIEW writers AS
SELECT
  capture, pid, tid, count(*)::UBIGINT AS entries, ratio(count(*), sum(count(*)) OVER (PARTITION BY capture)) AS share,
  (count(*) FILTER (WHERE severity >= at_least('error')))::UBIGINT AS errors,
  (count(*) FILTER (WHERE severity = at_least('warn')))::UBIGINT AS warnings,
  list_sort(list(DISTINCT processor)) AS processors, min(ts) AS first_ts, max(ts) AS last_ts
FROM _entries
GROUP BY capture, pid, tid
ORDER BY capture, entries DESC, pid, tid;

COMMENT ON VIEW writers IS 'One row per capture and thread that logged, the busiest first.';
COMMENT ON COLUMN writers.capture IS 'Name of the capture.';
COMMENT ON COLUMN writers.pid IS 'Its process.';
COMMENT ON COLUMN writers.tid IS 'The thread.';
COMMENT ON COLUMN writers.entries IS 'Entries that it logged.';
COMMENT ON COLUMN writers.share IS 'Their part of the capture''s entries, 0 to 1.';
COMMENT ON COLUMN writers.errors IS 'Of these errors and fatal ones.';
COMMENT ON COLUMN writers.warnings IS 'Of these warnings.';
COMMENT ON COLUMN writers.processors IS 'The processors that it logged on, by number.';
COMMENT ON COLUMN writers.first_ts IS 'Its first entry, UTC.';
COMMENT ON COLUMN writers.last_ts IS 'Its last entry, UTC.';
