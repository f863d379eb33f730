-- How much is logged, by the rings' own counters.
--
-- title: attempts to log, per second
-- unit: 1/s
-- kind: rate
-- better: same
-- smallest effect: 10 %, 10
-- gate: no
-- loss: counted
SELECT sum(attempts) AS count
FROM loss_by_processor;
