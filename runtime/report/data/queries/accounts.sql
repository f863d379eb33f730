-- The account of each ring.
SELECT capture, processor, attempts, read, discarded, lost, pending, filtered, balanced
FROM accounting
ORDER BY capture, processor;
