-- Who logged. Numbers of processes are given out again, so what is known of one is looked for by its number and its start.
CREATE OR REPLACE VIEW processes AS
WITH logged AS (
  SELECT capture, pid
  FROM _entries
  GROUP BY capture, pid
),
unknown AS (
  SELECT capture, pid
  FROM logged
  ANTI JOIN _known_processes USING (capture, pid)
)
SELECT capture, pid, name, path, command_line, parent_pid, start_ts AS start, end_ts AS "end"
FROM _known_processes
UNION ALL
SELECT capture, pid, NULL, NULL, NULL, NULL, NULL, NULL
FROM unknown
ORDER BY capture, start NULLS LAST, pid;

COMMENT ON VIEW processes IS 'One row per process that logged or was started to be recorded; two of one pid where it was given out again. Known from what the recorder sees of the writers ten times a second, in a kernel''s capture of the tasks in whose name entries were written, and from what the preloaded library logs at start and end; one that neither knows has its pid alone. To join with logs, compare capture, pid and, where pids come again, ts with start and end.';
COMMENT ON COLUMN processes.capture IS 'Name of the capture.';
COMMENT ON COLUMN processes.pid IS 'Number of the process, as in logs.';
COMMENT ON COLUMN processes.name IS 'Name of its program, the last one that it executed; of a program that was not recorded by preloading at most 15 bytes. NULL when it was too short to be seen.';
COMMENT ON COLUMN processes.path IS 'The program''s file. NULL when it is not known.';
COMMENT ON COLUMN processes.command_line IS 'Its arguments with spaces between them, the program''s name first; long ones are cut. NULL when it is not known.';
COMMENT ON COLUMN processes.parent_pid IS 'The process that started it. NULL when it is not known.';
COMMENT ON COLUMN processes.start IS 'When it started, UTC: to the microsecond where the preloaded library logged it, else to 10 ms. NULL when it is not known.';
COMMENT ON COLUMN processes."end" IS 'When it ended, UTC: exact where it ended in order and the preloaded library logged it, else up to 0.2 s late. NULL when it ran on, or it is not known.';
