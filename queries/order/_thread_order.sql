-- What a thread's own entries must look like, whatever processors it ran on.
--
-- A write reads the clock, then reserves its seq, then takes its idx. A signal or interrupt handler can log between any
-- two of these steps, and ends before the write goes on. So two entries of one thread prove nothing when clock or seq
-- stand in one order and idx in the other: the later one may be nested in the earlier one. But clock and idx are then like
-- putting on a stack and taking from it, and there is one order that no nesting gives: a, b, c by the clock and c, a, b by
-- idx. c before a means that a was under way when c was written; c before b that b was too; so b was nested in a
-- and took its idx first.
--
--     clock   a  b  c          a ( b ( c ) ) gives c b a; a ( b ) ( c ) gives b c a; a, b, c one after the other a b c
--     idx     c  a  b          no way to place the parentheses gives this: order was lost
--
-- By idx a thread's clock goes up in runs. A new run begins with an entry a that is older than the one before it; b is the
-- entry after a, or the beginning of a later run; c is the newest that came before a. One row per such beginning: a reader that
-- sorts by arrival gives one wherever it sewed a thread's entries together wrongly.
--
-- A kernel's softirqs, hard interrupts and NMIs write in the name of the task that they interrupt, on its processor, and are over
-- before it goes on: they nest in it as handlers do, and NMIs in them.
--
-- The clock is the witness, so it must not go back. Where c is also the earlier one by seq, on the same processor, the
-- clock is what is wrong (capture_health speaks of that). Thread 0 is left out: idle threads of all processors are called so.
CREATE OR REPLACE VIEW _thread_order AS
WITH numbered AS MATERIALIZED (
  -- One number to sort by, and the same wherever it is used: with their names the threads take three times the memory.
  SELECT capture, pid, tid, row_number() OVER ()::UINTEGER AS thread
  FROM _entries
  WHERE tid <> 0
  GROUP BY capture, pid, tid
),
neighbours AS (
  SELECT
    thread, idx, ticks, lag(ticks) OVER by_idx AS ticks_before, lead(ticks) OVER by_idx AS ticks_after
  FROM _entries
  JOIN numbered USING (capture, pid, tid)
  WINDOW by_idx AS (PARTITION BY thread ORDER BY idx)
),
runs AS (
  SELECT
    thread, idx, ticks, ticks_after,
    max(ticks_before) OVER (PARTITION BY thread ORDER BY idx ROWS UNBOUNDED PRECEDING) AS newest_before,
    lag(ticks) OVER (PARTITION BY thread ORDER BY idx) AS run_before
  FROM neighbours
  WHERE ticks_before > ticks
),
runs_before AS (
  SELECT thread, idx, ticks, ticks_after, newest_before, run_before,
    lag(newest_before) OVER (PARTITION BY thread ORDER BY idx) AS newest_before_run_before
  FROM runs
),
suspects AS (
  SELECT
    thread, idx, ticks,
    CASE WHEN ticks_after > ticks AND ticks_after < newest_before THEN newest_before ELSE newest_before_run_before END
      AS newest
  FROM runs_before
  WHERE (ticks_after > ticks AND ticks_after < newest_before)
    OR (run_before < ticks AND ticks < newest_before_run_before)
),
witnesses AS (
  SELECT
    thread, suspects.idx, min(newest.idx) AS other_idx, arg_min(newest.processor, newest.idx) AS other_processor,
    arg_min(newest.seq, newest.idx) AS other_seq
  FROM suspects
  JOIN numbered USING (thread)
  JOIN _entries AS newest USING (capture, pid, tid)
  WHERE newest.ticks = suspects.newest AND newest.idx < suspects.idx
  GROUP BY thread, suspects.idx
)
SELECT
  capture, 'thread_order' AS kind, idx, processor, seq, pid, tid, other_idx,
  'thread ' || tid || ' of process ' || pid || ' wrote idx ' || idx || ' and another entry before idx ' || other_idx
    || ', one after the other, and both stand behind it' AS detail
FROM witnesses
JOIN numbered USING (thread)
JOIN _entries USING (capture, pid, tid, idx)
WHERE NOT (other_processor = processor AND other_seq < seq);

COMMENT ON VIEW _thread_order IS 'One row per place where entries of one thread stand in an order that neither its own course nor nesting can give.';
