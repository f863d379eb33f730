-- How each capture was made.
SELECT
  capture, path, complete, started, stopped, host, os, arch, processors, abi, driver, version, mode, "order", clock_kind, ring_count,
  ring_bytes, loaded_rows, skipped_rows, selection, warnings
FROM captures;
