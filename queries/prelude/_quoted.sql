-- The value of key="…" in a text of the preloaded library, which escapes as C does.
CREATE OR REPLACE MACRO _quoted(message, key) AS
  nullif(regexp_replace(
    regexp_extract(message, ' ' || key || '="((?:[^"\\]|\\.)*)"', 1), '\\(["\\])', '\1', 'g'
  ), '');

COMMENT ON MACRO _quoted IS 'The value of key="…" in a text of key=value, VARCHAR; NULL where there is none.';
