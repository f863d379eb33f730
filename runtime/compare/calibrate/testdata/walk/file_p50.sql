-- What reading and hashing a file takes: a metric as a user of the example would add it.
--
-- title: 0.50 quantile of the time of a file
-- unit: ns
-- kind: quantile 0.50
-- better: lower
-- smallest effect: 5 %, 100
-- gate: yes
-- at least: 500
-- loss: joins
SELECT ts, duration_ns AS value
FROM event_file;
