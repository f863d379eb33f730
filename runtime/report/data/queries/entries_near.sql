-- What stands between two places of the order.
SELECT idx, epoch_ns(ts) AS at_ns, processor, level, pid, tid, left(message, 1000) AS message, strlen(message) AS bytes
FROM logs
WHERE capture = $1 AND idx BETWEEN $2 AND $3
ORDER BY idx
LIMIT 200;
