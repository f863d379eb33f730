-- The entries, as people want to see them.
CREATE OR REPLACE VIEW logs AS
SELECT
  capture, idx, ts, ticks, processor, seq, severity, level_name(severity) AS level,
  CASE kind WHEN 0 THEN 'text' WHEN 1 THEN 'data' WHEN 2 THEN 'event' END AS kind,
  type, remarks, pid, tid, event, message, data, read_ts, latency_ns, flags
FROM _entries;

COMMENT ON VIEW logs IS 'One row per entry.';
COMMENT ON COLUMN logs.capture IS 'Name of the capture.';
COMMENT ON COLUMN logs.idx IS 'Place in the total order over all processors. Numbers are missing where an entry was discarded or lost.';
COMMENT ON COLUMN logs.ts IS 'When it was written, UTC; the clock is read when the write begins.';
COMMENT ON COLUMN logs.ticks IS 'The same moment in ticks of the producer''s clock.';
COMMENT ON COLUMN logs.processor IS 'The processor whose ring it was written into.';
COMMENT ON COLUMN logs.seq IS 'Number of the attempt on that processor, in the order of reservation. (capture, processor, seq) names an entry.';
COMMENT ON COLUMN logs.severity IS '1 trace, 2 debug, 3 info, 4 warn, 5 error, 6 fatal. Compare with this: severity >= at_least(''warn'').';
COMMENT ON COLUMN logs.level IS 'The name of the severity. Text: do not compare it with < or >.';
COMMENT ON COLUMN logs.kind IS 'text, data or event.';
COMMENT ON COLUMN logs.type IS 'The caller''s number for data, the call site''s for events, 1263681869 for marks, 0 for other texts.';
COMMENT ON COLUMN logs.remarks IS 'The caller''s second number; 0 for text.';
COMMENT ON COLUMN logs.pid IS 'Process that wrote it.';
COMMENT ON COLUMN logs.tid IS 'Thread that wrote it.';
COMMENT ON COLUMN logs.event IS 'Name of a typed event. NULL for everything else.';
COMMENT ON COLUMN logs.message IS 'The text, of events formatted. Bytes that are not UTF-8 are shown as U+FFFD. NULL for data.';
COMMENT ON COLUMN logs.data IS 'The bytes of data, and of a text that is not valid UTF-8. NULL for other texts and for events, whose arguments are in their own tables.';
COMMENT ON COLUMN logs.read_ts IS 'When the reader took it out of the ring, UTC. NULL when that is not known.';
COMMENT ON COLUMN logs.latency_ns IS 'read_ts - ts, ns: delivery latency, mostly the reader''s own polling when little is logged. It tells how fresh and how congested the way is, not how fast a write is. NULL when read_ts is.';
COMMENT ON COLUMN logs.flags IS 'Bits: 1 the entry was cut to fit, 2 its text is not valid UTF-8, 4 an argument of an event was cut; of a kernel the context that wrote it, where it was no task: 8 a softirq, 16 a hard interrupt, 32 an NMI, each in the name of the task that it interrupted.';
