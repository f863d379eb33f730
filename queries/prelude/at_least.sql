-- A level by its name, to compare severity with. An unknown name is an error: taken for NULL it would hide every entry.
CREATE OR REPLACE MACRO at_least(level) AS
  CASE lower(level)
    WHEN 'trace' THEN 1::UTINYINT
    WHEN 'debug' THEN 2::UTINYINT
    WHEN 'info' THEN 3::UTINYINT
    WHEN 'warn' THEN 4::UTINYINT
    WHEN 'error' THEN 5::UTINYINT
    WHEN 'fatal' THEN 6::UTINYINT
    ELSE CASE WHEN level IS NOT NULL
      THEN error('there is no level ''' || level || ''': trace, debug, info, warn, error or fatal')::UTINYINT
    END
  END;

COMMENT ON MACRO at_least IS
'The number of a level: severity >= at_least(''warn'') keeps warnings, errors and fatal entries. Levels are trace, debug, info, warn, error, fatal; another name is an error.';
