-- What is logged most, word for word.
CREATE OR REPLACE VIEW top_messages AS
WITH messages AS (
  SELECT
    capture, message, count(*)::UBIGINT AS entries, max(severity) AS severity, min(ts) AS first_ts, max(ts) AS last_ts
  FROM _entries
  WHERE message IS NOT NULL
  GROUP BY capture, message
)
SELECT
  capture, message, entries, ratio(entries, sum(entries) OVER (PARTITION BY capture)) AS share, severity,
  level_name(severity) AS level, first_ts, last_ts
FROM messages
ORDER BY capture, entries DESC, message;

COMMENT ON VIEW top_messages IS 'One row per capture and text, the most frequent first. Texts that differ in a number are different: message_templates puts those together.';
COMMENT ON COLUMN top_messages.capture IS 'Name of the capture.';
COMMENT ON COLUMN top_messages.message IS 'The text.';
COMMENT ON COLUMN top_messages.entries IS 'How often it was logged.';
COMMENT ON COLUMN top_messages.share IS 'Its part of the capture''s texts, 0 to 1.';
COMMENT ON COLUMN top_messages.severity IS 'The highest that it was logged with, 1 to 6.';
COMMENT ON COLUMN top_messages.level IS 'Its name.';
COMMENT ON COLUMN top_messages.first_ts IS 'The first time, UTC.';
COMMENT ON COLUMN top_messages.last_ts IS 'The last time, UTC.';
