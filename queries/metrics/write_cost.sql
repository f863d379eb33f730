-- The median by the driver's own measurement of every 1,024th write. Its kinds of cost are powers of two, so within one of them
-- the writes are taken to lie evenly.
--
-- title: median cost of a write
-- unit: ns
-- kind: value
-- better: lower
-- smallest effect: 25 %, 10
-- gate: yes
-- at least: 50
-- loss: counted
WITH costs AS (
  SELECT from_ns, to_ns, sum(writes) AS writes
  FROM write_cost
  GROUP BY from_ns, to_ns
),
running AS (
  SELECT from_ns, to_ns, writes, sum(writes) OVER (ORDER BY from_ns) AS so_far, sum(writes) OVER () AS all_writes
  FROM costs
)
SELECT
  from_ns + (to_ns - from_ns) * (all_writes / 2 - (so_far - writes)) / writes AS value, all_writes AS count
FROM running
WHERE so_far >= all_writes / 2 AND so_far - writes < all_writes / 2;
