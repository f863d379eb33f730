-- What capture.json says of each capture, and what loading found.
CREATE OR REPLACE VIEW captures AS
SELECT
  capture, id, path, complete, started, stopped, host, os, arch, processors, abi, driver, version, mode, "order",
  clock_kind, ticks_per_second, ring_count, ring_bytes, retired_segments, retired_entries, retired_until,
  loaded_from_idx, loaded_rows, skipped_rows, selection, warnings
FROM _captures;

COMMENT ON VIEW captures IS 'One row per capture: how it was made, on which machine, and how much of it is loaded.';
COMMENT ON COLUMN captures.capture IS 'Name of the capture, as in every other view.';
COMMENT ON COLUMN captures.id IS 'Identity of the recording: stays when the folder is renamed or copied.';
COMMENT ON COLUMN captures.path IS 'Its folder.';
COMMENT ON COLUMN captures.complete IS 'True when it ended in order: everything drained is stored and the counters are final. False while it is being recorded too.';
COMMENT ON COLUMN captures.started IS 'When recording began, UTC.';
COMMENT ON COLUMN captures.stopped IS 'When it ended, UTC. NULL when it is running or did not end in order.';
COMMENT ON COLUMN captures.host IS 'Name of the machine.';
COMMENT ON COLUMN captures.os IS 'Its operating system.';
COMMENT ON COLUMN captures.arch IS 'Its architecture.';
COMMENT ON COLUMN captures.processors IS 'Its processors.';
COMMENT ON COLUMN captures.abi IS 'ABI version of the rings.';
COMMENT ON COLUMN captures.driver IS 'What wrote the rings: user for the user-mode driver, kmsg for the Linux kernel''s log, linux and windows for the drivers of these kernels; import where nothing did and a log was imported.';
COMMENT ON COLUMN captures.version IS 'Version of Ringscope that recorded.';
COMMENT ON COLUMN captures.mode IS 'What a full ring does: discard refuses the new entry, overwrite gives up the oldest; none where a log was imported.';
COMMENT ON COLUMN captures."order" IS 'What idx follows: index, the order in which writes took their place, or clock.';
COMMENT ON COLUMN captures.clock_kind IS 'The clock that ticks come from.';
COMMENT ON COLUMN captures.ticks_per_second IS 'Its frequency, ticks per second.';
COMMENT ON COLUMN captures.ring_count IS 'Number of rings: one per processor.';
COMMENT ON COLUMN captures.ring_bytes IS 'Size of each ring, bytes.';
COMMENT ON COLUMN captures.retired_segments IS 'Segments at its beginning that are gone because of --keep-size, --keep-age or --keep-segments; 0 when everything is kept.';
COMMENT ON COLUMN captures.retired_entries IS 'Entries that were in them: read, and not in logs any more. The counters and the account include them.';
COMMENT ON COLUMN captures.retired_until IS 'When the newest of them was written, UTC. NULL when none is gone.';
COMMENT ON COLUMN captures.loaded_from_idx IS 'The first idx that logs holds of this capture. NULL when it holds none.';
COMMENT ON COLUMN captures.loaded_rows IS 'Number of entries that logs holds of it. Fewer than were read when only the newest are kept.';
COMMENT ON COLUMN captures.skipped_rows IS 'Stored entries that logs does not hold: of segments that hold nothing wanted, older than what fits into the memory, or stepped over because they came faster than they could be taken. They are no loss.';
COMMENT ON COLUMN captures.selection IS 'The condition that was put on its entries when it was opened: logs holds no others, while counters and gaps are always there whole. NULL when there is none.';
COMMENT ON COLUMN captures.warnings IS 'What recording and loading noticed, one text each: a torn tail, damage with file and byte range.';
