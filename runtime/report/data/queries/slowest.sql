-- What took longest in one capture.
SELECT name, source, epoch_ns(ts) AS at_ns, dur_ns, processor, pid, tid, idx, end_idx
FROM _report_timings
WHERE capture = $1
ORDER BY dur_ns DESC, idx
LIMIT 8;
