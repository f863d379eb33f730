-- The last thing that is known of every ring: the account of a capture is made of these rows.
CREATE OR REPLACE VIEW _rings_at_end AS
WITH last_batches AS (
  SELECT capture, processor, max(batch) AS batch
  FROM _snapshots
  GROUP BY capture, processor
)
SELECT
  capture, processor, attempts, read, discarded, lost, lost_full, overwritten, too_big, abandoned, corrupt, unstored,
  mixed, pending, late, stalled, filtered
FROM _rings
JOIN last_batches USING (capture, processor, batch);

COMMENT ON VIEW _rings_at_end IS 'One row per ring: its counters in the last batch that is stored.';
