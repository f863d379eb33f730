-- Durations, found once: spans are matched over the whole capture, which costs more than all that is asked of them.
CREATE OR REPLACE TEMP TABLE _report_timings AS
SELECT capture, name, source, ts, dur_ns, processor, pid, tid, idx, end_idx
FROM timings
WHERE dur_ns >= 0;
