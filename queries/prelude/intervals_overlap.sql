-- Half-open, so that spans which touch do not overlap.
CREATE OR REPLACE MACRO intervals_overlap(first_start, first_end, second_start, second_end) AS
  first_start < coalesce(second_end, 'infinity'::TIMESTAMP) AND second_start < coalesce(first_end, 'infinity'::TIMESTAMP);

COMMENT ON MACRO intervals_overlap IS 'Whether two spans of time have a moment in common. A span holds its start and not its end; an end that is NULL has not come yet.';
