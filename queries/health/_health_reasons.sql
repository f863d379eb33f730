-- Why a capture's numbers are not to be trusted, one SELECT for each reason. They are shown in the order of their rank.
CREATE OR REPLACE VIEW _health_reasons AS
WITH totals AS (
  SELECT
    capture, sum(attempts) AS attempts, sum(lost) AS lost, sum(pending) AS pending, sum(lost_full) AS lost_full,
    sum(overwritten) AS overwritten, sum(too_big) AS too_big, sum(abandoned) AS abandoned, sum(corrupt) AS corrupt,
    sum(unstored) AS unstored, sum(mixed) AS mixed, sum(stalled) AS stalled, sum(late) AS late
  FROM _rings_at_end
  GROUP BY capture
),
losses AS (
  UNPIVOT totals
  ON lost_full, overwritten, too_big, abandoned, corrupt, unstored, mixed
  INTO NAME cause VALUE entries
),
violations AS (
  SELECT capture, kind, count(*) AS found
  FROM order_violations
  GROUP BY capture, kind
),
early AS (
  -- A microsecond is what two processors' clocks may differ by. The times of the kernel's log are of a clock of its own, which may be ahead
  -- of the one that it is read by.
  SELECT capture, count(*) AS entries, max(-latency_ns) AS early_ns
  FROM _entries
  ANTI JOIN (SELECT capture FROM _captures WHERE driver = 'kmsg') AS kernel_logs USING (capture)
  WHERE latency_ns < -1000
  GROUP BY capture
)
SELECT capture, 1 AS rank, 'it is not complete: it did not end in order, or is still being recorded' AS reason
FROM _captures
WHERE NOT complete
UNION ALL
SELECT capture, 2, 'it has no counters: nothing says how much was logged'
FROM _captures
ANTI JOIN _rings_at_end USING (capture)
UNION ALL
SELECT
  capture, 3,
  'lost attempts: ' || any_value(lost) || ' of ' || any_value(attempts) || ' ('
    || string_agg(entries || ' ' || cause, ', ' ORDER BY entries DESC, cause) || ')'
FROM losses
WHERE entries > 0
GROUP BY capture
UNION ALL
SELECT capture, 4, 'lost attempts without a certain cause: ' || mixed
FROM totals
WHERE mixed > 0
UNION ALL
SELECT
  capture, 5,
  'writers stood still inside entries: ' || stalled || ' times, of which ' || late || ' were finished later; they are among the abandoned'
FROM totals
WHERE stalled > 0
UNION ALL
SELECT capture, 6, 'attempts neither delivered nor lost at the end: ' || pending
FROM totals
WHERE pending > 0
UNION ALL
SELECT
  capture, 7,
  'the account does not add up on processor ' || string_agg(processor::VARCHAR, ', ' ORDER BY processor)
    || '; see the view accounting'
FROM accounting
WHERE NOT balanced
GROUP BY capture
UNION ALL
SELECT
  capture, 8,
  'order violations: ' || sum(found) || ' (' || string_agg(found || ' ' || kind, ', ' ORDER BY kind)
    || '); see the view order_violations'
FROM violations
GROUP BY capture
UNION ALL
SELECT
  capture, 9,
  'entries read before they were written: ' || entries || ', by up to ' || early_ns
    || ' ns; the processors'' clocks disagree'
FROM early
UNION ALL
SELECT
  capture, 10,
  'time goes back on processor ' || string_agg(processor::VARCHAR, ', ' ORDER BY processor) || ', by up to '
    || max(back_ns) || ' ns; the clock was set, or is not steady'
FROM _clock_steps
GROUP BY capture
UNION ALL
SELECT capture, unnest(range(11, 11 + len(warnings))), unnest(warnings)
FROM _captures;

COMMENT ON VIEW _health_reasons IS 'One row per capture and reason not to trust its numbers.';
