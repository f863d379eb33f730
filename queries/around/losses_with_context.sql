-- Where entries were lost, and what that processor logged just before and just after.
CREATE OR REPLACE VIEW losses_with_context AS
WITH holes AS (
  SELECT
    capture, processor, prev_seq, next_seq, sum(lost)::UBIGINT AS lost,
    string_agg(cause || ' ' || lost, ', ' ORDER BY lost DESC, cause) AS causes, any_value(prev_ts) AS prev_ts,
    any_value(next_ts) AS next_ts
  FROM _gaps
  GROUP BY capture, processor, prev_seq, next_seq
)
SELECT
  holes.capture, holes.processor, holes.lost, holes.causes, holes.prev_ts AS ts,
  elapsed_ns(holes.prev_ts, holes.next_ts) AS duration_ns, before.idx AS prev_idx, before.message AS prev_message,
  after.idx AS next_idx, after.message AS next_message
FROM holes
LEFT JOIN _entries AS before
  ON before.capture = holes.capture AND before.processor = holes.processor AND before.seq = holes.prev_seq
LEFT JOIN _entries AS after
  ON after.capture = holes.capture AND after.processor = holes.processor AND after.seq = holes.next_seq
ORDER BY holes.capture, holes.prev_ts, holes.processor;

COMMENT ON VIEW losses_with_context IS 'One row per hole: how much one processor lost between two of its entries, and what these say.';
COMMENT ON COLUMN losses_with_context.capture IS 'Name of the capture.';
COMMENT ON COLUMN losses_with_context.processor IS 'Whose ring.';
COMMENT ON COLUMN losses_with_context.lost IS 'Attempts lost here.';
COMMENT ON COLUMN losses_with_context.causes IS 'Each cause with its count, the largest first.';
COMMENT ON COLUMN losses_with_context.ts IS 'The entry before the hole, UTC. NULL when there is none.';
COMMENT ON COLUMN losses_with_context.duration_ns IS 'From it to the entry after, ns: the loss lies within. NULL when one of them is not there.';
COMMENT ON COLUMN losses_with_context.prev_idx IS 'idx of the entry before. NULL when there is none, or logs does not hold it.';
COMMENT ON COLUMN losses_with_context.prev_message IS 'Its text. NULL when it is data too.';
COMMENT ON COLUMN losses_with_context.next_idx IS 'idx of the entry after. NULL when there is none, or logs does not hold it.';
COMMENT ON COLUMN losses_with_context.next_message IS 'Its text. NULL when it is data too.';
