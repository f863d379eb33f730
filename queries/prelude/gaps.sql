-- Where entries are missing.
CREATE OR REPLACE VIEW gaps AS
SELECT capture, processor, cause, lost, prev_seq, next_seq, prev_idx, next_idx, prev_ts, next_ts
FROM _gaps;

COMMENT ON VIEW gaps IS 'One row per hole and cause: attempts of one processor that are lost, between the two neighbours that were read, which logs does not hold where the capture filtered them. Several rows share their neighbours when a hole has several causes. The holes of retired segments are one row per processor and cause, with the times before the first and after the last of them, without seq and idx.';
COMMENT ON COLUMN gaps.capture IS 'Name of the capture.';
COMMENT ON COLUMN gaps.processor IS 'Whose ring.';
COMMENT ON COLUMN gaps.cause IS 'Why: lost_full (ring full), overwritten, too_big (larger than an entry may be), abandoned (writer died), corrupt (failed validation), unstored (taken by a capture that died before it stored them), mixed (certainly lost, cause not known).';
COMMENT ON COLUMN gaps.lost IS 'Attempts lost here for this cause.';
COMMENT ON COLUMN gaps.prev_seq IS 'seq of the neighbour before. NULL when there is none, and for retired segments.';
COMMENT ON COLUMN gaps.next_seq IS 'seq of the neighbour after. NULL when there is none, and for retired segments.';
COMMENT ON COLUMN gaps.prev_idx IS 'idx of the neighbour before. NULL when there is none, and in captures in clock order, where rows are numbered later.';
COMMENT ON COLUMN gaps.next_idx IS 'idx of the neighbour after. NULL when there is none, and in captures in clock order, where rows are numbered later.';
COMMENT ON COLUMN gaps.prev_ts IS 'When the neighbour before was written, UTC. NULL when there is none.';
COMMENT ON COLUMN gaps.next_ts IS 'When the neighbour after was written, UTC. NULL when there is none.';
