-- What took how long, wherever the log says so: spans, and entries that tell a duration themselves, as those of the preloaded library and of the
-- example do. The kind of a text is what stands before its first value.
CREATE OR REPLACE VIEW timings AS
WITH telling AS (
  SELECT
    _entries.capture, coalesce(_sites.name, regexp_extract(left(message, 80), '^\s*(\D*?)\s*(?:\S+=|\d|$)', 1)) AS name, ts,
    try_cast(regexp_extract(message, '\b(?:duration_)?ns=(\d+)', 1) AS BIGINT) AS dur_ns, processor, pid, tid, idx
  FROM _entries
  LEFT JOIN _sites ON _sites.capture = _entries.capture AND _sites.site = _entries.type AND _entries.kind = 2
  WHERE contains(message, 'ns=') AND coalesce(_sites.role, 0) = 0
)
SELECT capture, name, 'span' AS source, ts, dur_ns, processor, pid, tid, begin_idx AS idx, end_idx
FROM spans
WHERE dur_ns IS NOT NULL
UNION ALL
SELECT
  capture, coalesce(nullif(name, ''), 'text') AS name, 'entry' AS source, ts, dur_ns, processor, pid, tid, idx, idx AS end_idx
FROM telling
WHERE dur_ns IS NOT NULL;

COMMENT ON VIEW timings IS 'One row per duration that a capture tells: of each span that has ended, and of each entry whose message has ns=NUMBER or duration_ns=NUMBER. In no order.';
COMMENT ON COLUMN timings.capture IS 'Name of the capture.';
COMMENT ON COLUMN timings.name IS 'What took so long: the name of the event; of a text what stands before its first value, or text.';
COMMENT ON COLUMN timings.source IS 'span, or entry where a message tells it.';
COMMENT ON COLUMN timings.ts IS 'When the span began, or when the entry was written, which is mostly at the end of what it tells of; UTC.';
COMMENT ON COLUMN timings.dur_ns IS 'How long it took, ns. Of a span negative where the clock went back.';
COMMENT ON COLUMN timings.processor IS 'Where its (first) entry was written.';
COMMENT ON COLUMN timings.pid IS 'Who wrote it: process.';
COMMENT ON COLUMN timings.tid IS 'Who wrote it: thread.';
COMMENT ON COLUMN timings.idx IS 'Its first entry.';
COMMENT ON COLUMN timings.end_idx IS 'Its last entry; the same where one entry tells it.';
