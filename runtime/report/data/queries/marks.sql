-- What people wrote into the capture while it ran.
SELECT capture, epoch_ns(ts) AS at_ns, left(message, 1000) AS message
FROM marks
ORDER BY capture, idx
LIMIT 100;
