-- Delivery latency over time.
SELECT capture, epoch_ns(ts) AS at_ns, count, p50_ns, p90_ns, p99_ns, max_ns
FROM latency_over_time
ORDER BY capture, at_ns;
