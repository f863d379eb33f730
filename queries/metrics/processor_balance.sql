-- 1 when every processor logs as much as the others, their number when one logs everything.
--
-- title: busiest processor, of the mean
-- kind: value
-- better: same
-- smallest effect: 25 %
-- gate: no
-- loss: counted
SELECT max(attempts) / avg(attempts) AS value, sum(attempts) AS count
FROM loss_by_processor
HAVING sum(attempts) > 0;
