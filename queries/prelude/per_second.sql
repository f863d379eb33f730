-- A rate; nothing can be said of a span without length.
CREATE OR REPLACE MACRO per_second(amount, span_ns) AS
  CASE WHEN span_ns > 0 THEN amount * 1e9 / span_ns END;

COMMENT ON MACRO per_second IS 'An amount per second, DOUBLE, from the amount and the nanoseconds that it took; NULL when they are not above 0.';
