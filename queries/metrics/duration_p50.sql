-- What something takes usually: the first to move when a path of the driver gets slower. Of spans, and of entries that tell how long it took.
--
-- title: median duration
-- unit: ns
-- kind: quantile 0.5
-- better: lower
-- smallest effect: 5 %, 100
-- dimensions: event
-- gate: yes
-- at least: 20
-- loss: joins
SELECT name AS event, ts, dur_ns AS value
FROM timings;
