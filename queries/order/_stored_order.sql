-- Entries are stored in index order, so that everybody who reads on can say what is complete. A table of DuckDB keeps
-- the order in which rows came, and a window without an order of its own sees them so; it needs no memory either.
CREATE OR REPLACE VIEW _stored_order AS
WITH neighbours AS (
  SELECT
    capture, idx, processor, seq, pid, tid, lag(capture) OVER () AS capture_before, lag(idx) OVER () AS idx_before
  FROM _entries
)
SELECT
  capture, 'stored_order' AS kind, idx, processor, seq, pid, tid, idx_before AS other_idx,
  'idx ' || idx || ' is stored after idx ' || idx_before AS detail
FROM neighbours
WHERE capture_before = capture AND idx_before > idx;

COMMENT ON VIEW _stored_order IS 'One row per entry that is stored behind one with a larger idx.';
