-- What writes cost their callers, over all processors of a capture.
SELECT capture, from_ns, to_ns, sum(writes)::UBIGINT AS writes
FROM write_cost
GROUP BY capture, from_ns, to_ns
ORDER BY capture, from_ns;
