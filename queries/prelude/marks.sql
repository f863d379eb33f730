-- What people wrote into a capture while it ran. The number is RS_TYPE_MARK of rs_abi.h.
CREATE OR REPLACE VIEW marks AS
SELECT capture, idx, ts, processor, severity, level_name(severity) AS level, pid, message
FROM _entries
WHERE kind = 0 AND type = 1263681869
ORDER BY capture, idx;

COMMENT ON VIEW marks IS 'One row per mark: a comment that "ringscope mark" or a program (rs_write with RS_TYPE_MARK) added while the capture ran. Marks are entries of logs too, of type 1263681869.';
COMMENT ON COLUMN marks.capture IS 'Name of the capture.';
COMMENT ON COLUMN marks.idx IS 'Its place in the total order: entries with a smaller idx were written before it.';
COMMENT ON COLUMN marks.ts IS 'When it was written, UTC.';
COMMENT ON COLUMN marks.processor IS 'The processor whose ring it was written into.';
COMMENT ON COLUMN marks.severity IS '1 trace, 2 debug, 3 info, 4 warn, 5 error, 6 fatal.';
COMMENT ON COLUMN marks.level IS 'The name of the severity.';
COMMENT ON COLUMN marks.pid IS 'Process that wrote it.';
COMMENT ON COLUMN marks.message IS 'The comment.';
