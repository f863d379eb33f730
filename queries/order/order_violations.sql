-- What may never be seen in a capture, each found by its own file here.
CREATE OR REPLACE VIEW order_violations AS
SELECT capture, kind, idx, processor, seq, pid, tid, other_idx, detail FROM _duplicates
UNION ALL
SELECT capture, kind, idx, processor, seq, pid, tid, other_idx, detail FROM _stored_order
UNION ALL
SELECT capture, kind, idx, processor, seq, pid, tid, other_idx, detail FROM _clock_order
UNION ALL
SELECT capture, kind, idx, processor, seq, pid, tid, other_idx, detail FROM _thread_order
UNION ALL
SELECT capture, kind, idx, processor, seq, pid, tid, other_idx, detail FROM _causal_order;

COMMENT ON VIEW order_violations IS 'One row per proof that the total order is wrong; empty for a good capture. Causal witnesses are by convention: an entry of kind data, type 0x52534357, whose 16 bytes are two little-endian 64-bit numbers, chain and step, where each step is logged after the call that logged the step before has returned.';
COMMENT ON COLUMN order_violations.capture IS 'Name of the capture.';
COMMENT ON COLUMN order_violations.kind IS 'duplicate_idx: several entries have one idx. duplicate_seq: several entries of a processor have one seq. stored_order: stored behind a larger idx. clock_order: in a capture in clock order, older than the entry before it. thread_order: entries of one thread in an order that nesting cannot explain. causal: an effect before its cause.';
COMMENT ON COLUMN order_violations.idx IS 'The entry that stands wrong; of duplicates the one with the smallest numbers.';
COMMENT ON COLUMN order_violations.processor IS 'Its processor.';
COMMENT ON COLUMN order_violations.seq IS 'Its seq.';
COMMENT ON COLUMN order_violations.pid IS 'Its process.';
COMMENT ON COLUMN order_violations.tid IS 'Its thread.';
COMMENT ON COLUMN order_violations.other_idx IS 'The entry that it contradicts.';
COMMENT ON COLUMN order_violations.detail IS 'The same in words.';
