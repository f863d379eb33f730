-- What is known of processes, from both sources: the recorder, which watches the rings, and the processes' own entries. What a
-- process itself says of its program and times is exact; what the recorder sees is there for every program.
CREATE OR REPLACE VIEW _known_processes AS
SELECT
  capture, pid, born, coalesce(parse_filename(_announced.path), name) AS name,
  coalesce(_announced.path, _processes.path) AS path,
  coalesce(_announced.command_line, _processes.command_line) AS command_line,
  coalesce(_announced.parent_pid, _processes.parent_pid) AS parent_pid,
  coalesce(_announced.start_ts, _processes.start_ts) AS start_ts,
  coalesce(_announced.end_ts, _processes.end_ts) AS end_ts
FROM _processes
FULL JOIN _announced USING (capture, pid, born);

COMMENT ON VIEW _known_processes IS 'One row per process of which something is known beside its number.';
