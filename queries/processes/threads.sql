-- Whose threads logged. What is known of a process is true of its first thread, too.
CREATE OR REPLACE VIEW threads AS
WITH logged AS (
  SELECT capture, pid, tid
  FROM _entries
  GROUP BY capture, pid, tid
),
first_threads AS (
  SELECT capture, pid, pid AS tid, born, name, start_ts, end_ts
  FROM _known_processes
  SEMI JOIN logged ON logged.capture = _known_processes.capture AND logged.pid = _known_processes.pid
    AND logged.tid = _known_processes.pid
),
known AS (
  SELECT
    capture, pid, tid, coalesce(_threads.name, first_threads.name) AS name,
    coalesce(_threads.start_ts, first_threads.start_ts) AS start_ts,
    coalesce(_threads.end_ts, first_threads.end_ts) AS end_ts
  FROM _threads
  FULL JOIN first_threads USING (capture, pid, tid, born)
),
unknown AS (
  SELECT capture, pid, tid
  FROM logged
  ANTI JOIN known USING (capture, pid, tid)
)
SELECT capture, tid, pid, name, start_ts AS start, end_ts AS "end"
FROM known
UNION ALL
SELECT capture, tid, pid, NULL, NULL, NULL
FROM unknown
ORDER BY capture, start NULLS LAST, pid, tid;

COMMENT ON VIEW threads IS 'One row per thread that logged; two of one tid where it was given out again. Known from what the recorder sees of the writers ten times a second, the first thread of a process also from what the preloaded library logs; one that neither knows has its numbers alone.';
COMMENT ON COLUMN threads.capture IS 'Name of the capture.';
COMMENT ON COLUMN threads.tid IS 'Number of the thread, as in logs.';
COMMENT ON COLUMN threads.pid IS 'Its process.';
COMMENT ON COLUMN threads.name IS 'Its name, at most 15 bytes; where a program gives none, its own. NULL when it was too short to be seen.';
COMMENT ON COLUMN threads.start IS 'When it started, UTC, to 10 ms. NULL when it is not known.';
COMMENT ON COLUMN threads."end" IS 'When it ended, UTC, up to 0.2 s late. NULL when it ran on, or it is not known.';
