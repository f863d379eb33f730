-- The counters of the rings over time.
CREATE OR REPLACE VIEW rings AS
SELECT
  capture, ts, processor, attempts, read, discarded, lost, lost_full, overwritten, too_big, abandoned, corrupt,
  unstored, mixed, pending, wraps, late, stalled, used_bytes, capacity_bytes,
  filtered
FROM _rings;

COMMENT ON VIEW rings IS 'One row per ring and stored batch: its counters at that moment, all counted since the capture began, except pending, used_bytes and capacity_bytes.';
COMMENT ON COLUMN rings.capture IS 'Name of the capture.';
COMMENT ON COLUMN rings.ts IS 'When the counters were taken, UTC.';
COMMENT ON COLUMN rings.processor IS 'Whose ring.';
COMMENT ON COLUMN rings.attempts IS 'Calls that tried to log.';
COMMENT ON COLUMN rings.read IS 'Entries that the reader took from the ring.';
COMMENT ON COLUMN rings.discarded IS 'Entries that their writer took back; not a loss.';
COMMENT ON COLUMN rings.lost IS 'Attempts that are lost: the sum of the seven causes that follow.';
COMMENT ON COLUMN rings.lost_full IS 'Lost: refused because the ring was full.';
COMMENT ON COLUMN rings.overwritten IS 'Lost: made room for newer entries before they were read, in the ring or in the log that was passed on to it.';
COMMENT ON COLUMN rings.too_big IS 'Lost: refused because larger than an entry may be.';
COMMENT ON COLUMN rings.abandoned IS 'Lost: their writer died before it committed them.';
COMMENT ON COLUMN rings.corrupt IS 'Lost: failed the reader''s validation.';
COMMENT ON COLUMN rings.unstored IS 'Lost: taken by an earlier capture that died before it stored them.';
COMMENT ON COLUMN rings.mixed IS 'Lost for certain, to a cause that the counters cannot tell.';
COMMENT ON COLUMN rings.pending IS 'Attempts that are neither delivered nor lost at this moment.';
COMMENT ON COLUMN rings.wraps IS 'How often writing began again at the start of the buffer.';
COMMENT ON COLUMN rings.late IS 'Entries finished after they had been passed; they are among the abandoned and never delivered.';
COMMENT ON COLUMN rings.stalled IS 'Entries that were passed because their writers, alive, stood still inside them; they are among the abandoned.';
COMMENT ON COLUMN rings.used_bytes IS 'Bytes of the ring in use at this moment.';
COMMENT ON COLUMN rings.capacity_bytes IS 'Size of the ring, bytes.';
COMMENT ON COLUMN rings.filtered IS 'Of those that were read, entries that the filter of the capture kept back: wished, and no loss.';
