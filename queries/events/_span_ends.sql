-- Begins and ends of spans, matched like brackets within each name and what they belong to: a thread; the request whose number `remarks` tells, which
-- begins in one thread and ends in another; of what interrupts a processor without a thread of its own (tid 0: the idle task, which every processor
-- has), the processor. No thread has a process number beyond 2^31, so that these take the two of them. The running sum of begins (1) and ends (-1) tells how many are
-- open, once the ends without a begin are taken out: these are where the sum is lower than ever before. What is on one level of a
-- name is then begin, end, begin, end, …
CREATE OR REPLACE VIEW _span_ends AS
WITH marks AS (
  SELECT
    _entries.capture, idx, ts, processor, pid, tid, _sites.name, lower(_sites.name) AS folded, message,
    CASE role WHEN 1 THEN 1 ELSE -1 END AS step,
    CASE WHEN remarks <> 0 THEN 4294967295 WHEN tid = 0 THEN 4294967294 ELSE pid END AS owner_pid,
    CASE WHEN remarks <> 0 THEN remarks WHEN tid = 0 THEN processor ELSE tid END AS owner_tid
  FROM _entries
  JOIN _sites ON _sites.capture = _entries.capture AND _sites.site = _entries.type
  WHERE _entries.kind = 2 AND _sites.kind = 2 AND role IN (1, 2)
),
sums AS (
  SELECT
    capture, idx, ts, processor, pid, tid, owner_pid, owner_tid, name, folded, message, step,
    sum(step) OVER (PARTITION BY capture, owner_pid, owner_tid, folded ORDER BY idx) AS total
  FROM marks
),
lows AS (
  SELECT
    capture, idx, ts, processor, pid, tid, owner_pid, owner_tid, name, folded, message, step, total,
    least(0, coalesce(min(total) OVER (
      PARTITION BY capture, owner_pid, owner_tid, folded ORDER BY idx ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), 0)) AS low
  FROM sums
),
levels AS (
  SELECT
    capture, idx, ts, processor, pid, tid, owner_pid, owner_tid, name, folded, message, step,
    total - low + CASE step WHEN 1 THEN 0 ELSE 1 END AS level
  FROM lows
  WHERE step = 1 OR total >= low
)
SELECT
  capture, idx, ts, processor, pid, tid, owner_pid, owner_tid, name, message, step,
  lead(idx) OVER (PARTITION BY capture, owner_pid, owner_tid, folded, level ORDER BY idx) AS end_idx,
  lead(ts) OVER (PARTITION BY capture, owner_pid, owner_tid, folded, level ORDER BY idx) AS end_ts
FROM levels;

COMMENT ON VIEW _span_ends IS 'One row per begin of a span, with the end that belongs to it, and per end that has a begin (step 1 and -1).';
