-- What the preloaded library logs of a process at its start and end (driver/preload/README.md), so that one that lived for a
-- millisecond has a name too. The numbers are PRELOAD_TYPE_START and PRELOAD_TYPE_END of driver/preload/process.h.
CREATE OR REPLACE VIEW _announced AS
WITH announcements AS (
  SELECT
    capture, idx, ts, pid, tid, type = 1414681683 AS is_start,
    try_cast(regexp_extract(message, ' born=(\d+)', 1) AS UBIGINT) AS born,
    try_cast(regexp_extract(message, ' ppid=(\d+)', 1) AS UINTEGER) AS parent_pid,
    _quoted(message, 'path') AS path, _quoted(message, 'args') AS command_line
  FROM _entries
  WHERE kind = 0 AND type IN (1414681683, 1414092869)
)
SELECT
  capture, pid, born, min(ts) FILTER (is_start) AS start_ts, max(ts) FILTER (NOT is_start) AS end_ts,
  arg_max(path, idx) FILTER (is_start) AS path, arg_max(command_line, idx) FILTER (is_start) AS command_line,
  arg_max(parent_pid, idx) FILTER (is_start) AS parent_pid
FROM announcements
GROUP BY capture, pid, born;

COMMENT ON VIEW _announced IS 'One row per process that the preloaded library was loaded into: what it logged at start and end. One that executed another program is that program.';
