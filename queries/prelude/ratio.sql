-- A part of a whole; of nothing there is no part.
CREATE OR REPLACE MACRO ratio(part, whole) AS CASE WHEN whole > 0 THEN part / whole::DOUBLE END;

COMMENT ON MACRO ratio IS 'A part of a whole, DOUBLE, 0 to 1; NULL when the whole is 0.';
