-- What was lost and why, from the last counters that are stored.
CREATE OR REPLACE VIEW loss_by_processor AS
SELECT
  capture, processor, attempts, read, lost_full, overwritten, too_big, abandoned, corrupt, unstored, mixed, lost,
  ratio(lost, attempts) AS loss_ratio
FROM _rings_at_end
ORDER BY capture, processor;

COMMENT ON VIEW loss_by_processor IS 'One row per capture and processor: how much was lost, by cause, since the capture began. Where and when: gaps.';
COMMENT ON COLUMN loss_by_processor.capture IS 'Name of the capture.';
COMMENT ON COLUMN loss_by_processor.processor IS 'Whose ring.';
COMMENT ON COLUMN loss_by_processor.attempts IS 'Calls that tried to log.';
COMMENT ON COLUMN loss_by_processor.read IS 'Entries that the reader delivered.';
COMMENT ON COLUMN loss_by_processor.lost_full IS 'Refused because the ring was full.';
COMMENT ON COLUMN loss_by_processor.overwritten IS 'Made room for newer entries before they were read, in the ring or in the log that was passed on to it.';
COMMENT ON COLUMN loss_by_processor.too_big IS 'Refused because larger than an entry may be.';
COMMENT ON COLUMN loss_by_processor.abandoned IS 'Their writer died before it committed them.';
COMMENT ON COLUMN loss_by_processor.corrupt IS 'Failed the reader''s validation.';
COMMENT ON COLUMN loss_by_processor.unstored IS 'Taken by an earlier capture that died before it stored them.';
COMMENT ON COLUMN loss_by_processor.mixed IS 'Lost for certain, to a cause that the counters cannot tell.';
COMMENT ON COLUMN loss_by_processor.lost IS 'The sum of the seven causes.';
COMMENT ON COLUMN loss_by_processor.loss_ratio IS 'lost / attempts, 0 to 1. NULL when nothing was attempted.';
