-- The other way round than at_least.
CREATE OR REPLACE MACRO level_name(severity) AS
  CASE severity
    WHEN 1 THEN 'trace'
    WHEN 2 THEN 'debug'
    WHEN 3 THEN 'info'
    WHEN 4 THEN 'warn'
    WHEN 5 THEN 'error'
    WHEN 6 THEN 'fatal'
  END;

COMMENT ON MACRO level_name IS 'The name of a severity, 1 to 6: trace, debug, info, warn, error, fatal. NULL for any other number.';
