-- What something takes at worst, the rarest hundredth aside: what users notice. Of less than some hundred it would be the maximum.
--
-- title: 99th percentile of durations
-- unit: ns
-- kind: quantile 0.99
-- better: lower
-- smallest effect: 7 %, 100
-- dimensions: event
-- gate: yes
-- at least: 500
-- loss: joins
SELECT name AS event, ts, dur_ns AS value
FROM timings;
