-- The counters of every ring at every stored batch, with what is lost summed up. The base of rings and of _rings_at_end.
CREATE OR REPLACE VIEW _rings AS
SELECT
  capture, batch, ts, processor, attempts, read, discarded,
  lost_full + overwritten + too_big + abandoned + corrupt + unstored + mixed AS lost,
  lost_full, overwritten, too_big, abandoned, corrupt, unstored, mixed, pending, wraps, late, stalled, used_bytes,
  capacity_bytes, filtered
FROM _snapshots;

COMMENT ON VIEW _rings IS 'One row per stored batch and ring: rings, with the number of the batch.';
