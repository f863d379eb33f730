-- How close the reader came to losing entries: the fullest that a ring was when its counters were taken.
--
-- title: fullest ring, of its size
-- kind: value
-- better: lower
-- smallest effect: 0.1
-- gate: no
-- loss: counted
SELECT max(used_bytes / capacity_bytes) AS value, count(*) AS count
FROM rings
WHERE capacity_bytes > 0
HAVING count(*) > 0;
