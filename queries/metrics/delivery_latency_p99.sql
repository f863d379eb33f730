-- Mostly the reader's own polling, so it says little about the driver.
--
-- title: 99th percentile of delivery latency
-- unit: ns
-- kind: quantile 0.99
-- better: lower
-- smallest effect: 25 %, 1000000
-- gate: no
-- at least: 500
-- loss: hides
SELECT ts, latency_ns AS value
FROM logs
WHERE latency_ns IS NOT NULL;
