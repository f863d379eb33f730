-- The first thing to ask of a capture.
CREATE OR REPLACE VIEW capture_health AS
WITH reasons AS (
  SELECT capture, list(reason ORDER BY rank) AS reasons
  FROM _health_reasons
  GROUP BY capture
)
SELECT capture, reasons IS NULL AS trustworthy, coalesce(reasons, []) AS reasons
FROM _captures
LEFT JOIN reasons USING (capture)
ORDER BY capture;

COMMENT ON VIEW capture_health IS 'One row per capture: may its numbers be trusted, and why not. Looks at every entry, so it takes a while over many millions.';
COMMENT ON COLUMN capture_health.capture IS 'Name of the capture.';
COMMENT ON COLUMN capture_health.trustworthy IS 'True when there is no reason not to.';
COMMENT ON COLUMN capture_health.reasons IS 'In plain words: not complete, no counters, lost, cause unknown, pending, account, order, clocks, and what recording and loading noticed. Empty when trustworthy.';
