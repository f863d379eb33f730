-- What kinds of messages there are. Texts are put together by their first pass, and the few that are left by their templates. The
-- examples are looked up afterwards: arg_min(message, idx) would cost as much as all the rest.
CREATE OR REPLACE VIEW message_templates AS
WITH masked AS (
  SELECT
    capture, _masked(message) AS masked, count(*) AS entries, max(severity) AS severity, min(ts) AS first_ts,
    max(ts) AS last_ts, min(idx) AS first_idx
  FROM _entries
  WHERE message IS NOT NULL
  GROUP BY ALL
),
templates AS MATERIALIZED (
  SELECT
    capture, template_of(masked) AS template, sum(entries)::UBIGINT AS entries, max(severity) AS severity,
    min(first_ts) AS first_ts, max(last_ts) AS last_ts, min(first_idx) AS first_idx
  FROM masked
  GROUP BY ALL
),
examples AS (
  -- In a damaged capture an idx may be there twice.
  SELECT capture, idx AS first_idx, min(message) AS example
  FROM _entries
  WHERE idx IN (SELECT first_idx FROM templates) AND message IS NOT NULL
  GROUP BY ALL
)
SELECT
  capture, template_id(template) AS template_id, template, entries,
  ratio(entries, sum(entries) OVER (PARTITION BY capture)) AS share, severity, level_name(severity) AS level, first_ts,
  last_ts, first_idx, example
FROM templates
JOIN examples USING (capture, first_idx)
ORDER BY capture, entries DESC, template;

COMMENT ON VIEW message_templates IS 'One row per capture and template, the most frequent first. A template is a text whose numbers, hexadecimal numbers and addresses are shown as #.';
COMMENT ON COLUMN message_templates.capture IS 'Name of the capture.';
COMMENT ON COLUMN message_templates.template_id IS 'A short name for the template, the same in every capture.';
COMMENT ON COLUMN message_templates.template IS 'The template.';
COMMENT ON COLUMN message_templates.entries IS 'Entries with it.';
COMMENT ON COLUMN message_templates.share IS 'Their part of the capture''s texts, 0 to 1.';
COMMENT ON COLUMN message_templates.severity IS 'The highest that it was logged with, 1 to 6.';
COMMENT ON COLUMN message_templates.level IS 'Its name.';
COMMENT ON COLUMN message_templates.first_ts IS 'The first time, UTC.';
COMMENT ON COLUMN message_templates.last_ts IS 'The last time, UTC.';
COMMENT ON COLUMN message_templates.first_idx IS 'The first entry with it.';
COMMENT ON COLUMN message_templates.example IS 'The text of that entry.';
