-- How full the rings were when batches were stored.
WITH uses AS (
  SELECT
    capture, epoch_ns(bucket(ts, width_ns)) AS at_ns, processor, used_bytes / nullif(capacity_bytes, 0) AS part
  FROM rings
  JOIN _bucket_widths USING (capture)
)
SELECT capture, at_ns, max(part) AS fullest, avg(part) AS mean, arg_max(processor, part) AS processor
FROM uses
WHERE part IS NOT NULL
GROUP BY capture, at_ns
ORDER BY capture, at_ns;
