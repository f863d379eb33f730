-- Numbers that were given twice. Sorting or grouping by every number would need memory for each entry, so 64
-- neighbouring numbers make one group with one bit each: fewer bits than entries means that a number came twice. Only
-- such groups are looked at one by one.
CREATE OR REPLACE VIEW _duplicates AS
WITH idx_groups AS (
  SELECT capture, idx >> 6 AS numbers
  FROM _entries
  GROUP BY capture, numbers
  HAVING bit_count(bit_or(1::UBIGINT << (idx & 63))) < count(*)
),
seq_groups AS (
  SELECT capture, processor, seq >> 6 AS numbers
  FROM _entries
  GROUP BY capture, processor, numbers
  HAVING bit_count(bit_or(1::UBIGINT << (seq & 63))) < count(*)
),
same_idx AS (
  SELECT
    capture, idx, count(*) AS entries, min(processor) AS processor, arg_min(seq, (processor, seq)) AS seq,
    arg_min(pid, (processor, seq)) AS pid, arg_min(tid, (processor, seq)) AS tid
  FROM _entries
  SEMI JOIN idx_groups ON _entries.capture = idx_groups.capture AND _entries.idx >> 6 = idx_groups.numbers
  GROUP BY capture, idx
  HAVING count(*) > 1
),
same_seq AS (
  SELECT
    capture, processor, seq, count(*) AS entries, min(idx) AS idx, max(idx) AS other_idx, arg_min(pid, idx) AS pid,
    arg_min(tid, idx) AS tid
  FROM _entries
  SEMI JOIN seq_groups
    ON _entries.capture = seq_groups.capture AND _entries.processor = seq_groups.processor
    AND _entries.seq >> 6 = seq_groups.numbers
  GROUP BY capture, processor, seq
  HAVING count(*) > 1
)
SELECT
  capture, 'duplicate_idx' AS kind, idx, processor, seq, pid, tid, idx AS other_idx,
  entries || ' entries have idx ' || idx AS detail
FROM same_idx
UNION ALL
SELECT
  capture, 'duplicate_seq', idx, processor, seq, pid, tid, other_idx,
  entries || ' entries have seq ' || seq || ' on processor ' || processor
FROM same_seq;

COMMENT ON VIEW _duplicates IS 'One row per idx that several entries of a capture have, and per seq that several entries of a processor have.';
