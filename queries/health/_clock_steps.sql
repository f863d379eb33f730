-- Where time goes back: the wall clock was set, or the counter behind it was. A single entry may be late for as long as its
-- thread was kept from going on between reading the clock and reserving, so nothing is said of single entries: the
-- newest of 64 neighbours is compared with everything before it on that processor.
CREATE OR REPLACE VIEW _clock_steps AS
WITH neighbourhoods AS (
  SELECT capture, processor, seq >> 6 AS neighbourhood, max(epoch_ns(ts)) AS newest_ns
  FROM _entries
  GROUP BY capture, processor, neighbourhood
),
steps AS (
  SELECT
    capture, processor,
    max(newest_ns) OVER (
      PARTITION BY capture, processor ORDER BY neighbourhood ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) - newest_ns AS back_ns
  FROM neighbourhoods
)
SELECT capture, processor, max(back_ns) AS back_ns
FROM steps
WHERE back_ns > 1000000000
GROUP BY capture, processor;

COMMENT ON VIEW _clock_steps IS 'One row per processor whose time went back by more than a second, with the largest such step in ns.';
