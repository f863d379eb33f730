-- Where programs log: what is known of their call sites, and how much came from each.
CREATE OR REPLACE VIEW events AS
WITH written AS (
  SELECT capture, type AS site, count(*)::UBIGINT AS entries
  FROM _entries
  WHERE kind = 2
  GROUP BY capture, type
)
SELECT
  capture, site, name, CASE kind WHEN 0 THEN 'text' WHEN 1 THEN 'data' WHEN 2 THEN 'event' END AS kind,
  CASE role WHEN 0 THEN 'event' WHEN 1 THEN 'begin' WHEN 2 THEN 'end' END AS role, file, line, function, severity,
  level_name(severity) AS level, format, CASE WHEN kind = 2 THEN coalesce(entries, 0::UBIGINT) END AS entries
FROM _sites
LEFT JOIN written USING (capture, site)
ORDER BY capture, entries DESC NULLS LAST, site;

COMMENT ON VIEW events IS 'One row per capture and call site: where in the program something is logged, and how often it was. The arguments of typed events are in tables of their own: event_ and the name.';
COMMENT ON COLUMN events.capture IS 'Name of the capture.';
COMMENT ON COLUMN events.site IS 'Number of the call site in its capture: type in logs, site in the tables of events.';
COMMENT ON COLUMN events.name IS 'Name of the event; for texts and data that of the function. NULL where the description of the site is damaged.';
COMMENT ON COLUMN events.kind IS 'text, data or event. NULL where name is.';
COMMENT ON COLUMN events.role IS 'event, or begin or end of a span. NULL where name is.';
COMMENT ON COLUMN events.file IS 'Source file, as the compiler was told it. NULL where name is.';
COMMENT ON COLUMN events.line IS 'Line of the source file. NULL where name is.';
COMMENT ON COLUMN events.function IS 'Function that it stands in. NULL where name is.';
COMMENT ON COLUMN events.severity IS '1 trace, 2 debug, 3 info, 4 warn, 5 error, 6 fatal. NULL when it is given at each call.';
COMMENT ON COLUMN events.level IS 'The name of the severity. NULL where that is.';
COMMENT ON COLUMN events.format IS 'Format of its messages. NULL where name is.';
COMMENT ON COLUMN events.entries IS 'Events of the site that logs holds; 0 when it has written none. NULL for texts and data, which do not tell their site.';
