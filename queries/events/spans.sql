-- What began and ended.
CREATE OR REPLACE VIEW spans AS
WITH nested AS (
  SELECT
    capture, idx, ts, processor, pid, tid, name, message, step, end_idx, end_ts,
    sum(step) OVER (PARTITION BY capture, owner_pid, owner_tid ORDER BY idx) - 1 AS depth
  FROM _span_ends
)
SELECT
  capture, name, ts, elapsed_ns(ts, end_ts) AS dur_ns, processor, pid, tid, depth::UINTEGER AS depth, idx AS begin_idx,
  end_idx, message
FROM nested
WHERE step = 1
ORDER BY capture, idx;

COMMENT ON VIEW spans IS 'One row per span: from a typed event that begins something (RS_BEGIN) to the one of the same name and thread that ends it. What ends elsewhere than it began, as requests of block devices do, is joined by the number in `remarks`, where that is not 0; of the idle tasks, which all have tid 0, those of one processor belong together. An end belongs to the last begin that is still open; one without a begin is no span. Where entries are lost, so may be the end of one span and the begin of the next: see gaps.';
COMMENT ON COLUMN spans.capture IS 'Name of the capture.';
COMMENT ON COLUMN spans.name IS 'Name of the event that begins it.';
COMMENT ON COLUMN spans.ts IS 'When it began, UTC.';
COMMENT ON COLUMN spans.dur_ns IS 'From its begin to its end, ns. NULL while it is not finished.';
COMMENT ON COLUMN spans.processor IS 'Where it began.';
COMMENT ON COLUMN spans.pid IS 'Process that wrote it.';
COMMENT ON COLUMN spans.tid IS 'Thread that wrote it.';
COMMENT ON COLUMN spans.depth IS 'How many spans of its thread were open around it when it began, whatever their names; 0 for an outermost one, and for one that is joined by `remarks`.';
COMMENT ON COLUMN spans.begin_idx IS 'idx of the entry that begins it.';
COMMENT ON COLUMN spans.end_idx IS 'idx of the entry that ends it. NULL while it is not finished.';
COMMENT ON COLUMN spans.message IS 'Message of the entry that begins it.';
