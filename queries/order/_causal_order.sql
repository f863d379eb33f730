-- Causes stand before their effects. Which entries are cause and effect only the program knows; it says so by a convention
-- of this library that any program may use:
--
--     an entry of kind data whose type is 0x52534357 ('RSCW', causal witness) has a payload of two little-endian 64-bit
--     numbers, 16 bytes: chain, step. Step n + 1 of a chain is logged only after the call that logged step n has
--     returned, by whatever thread, process or processor; a token handed over is enough. Steps may be missing.
--
-- Then within a chain idx grows with step. Entries of the same step say nothing about each other.
CREATE OR REPLACE VIEW _causal_order AS
WITH witnesses AS (
  SELECT capture, idx, processor, seq, pid, tid, u64_at(data, 1) AS chain, u64_at(data, 9) AS step
  FROM _entries
  WHERE kind = 1 AND type = '0x52534357'::UINTEGER AND octet_length(data) = 16 AND flags & 1 = 0
),
chains AS (
  SELECT
    capture, idx, processor, seq, pid, tid, chain, step,
    max(idx) OVER (
      PARTITION BY capture, chain ORDER BY step GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS idx_before
  FROM witnesses
)
SELECT
  capture, 'causal' AS kind, idx, processor, seq, pid, tid, idx_before AS other_idx,
  'step ' || step || ' of chain ' || chain || ' has idx ' || idx || ', a step that caused it has idx ' || idx_before
    AS detail
FROM chains
WHERE idx_before > idx;

COMMENT ON VIEW _causal_order IS 'One row per causal witness (type 0x52534357, payload u64 chain, u64 step) that stands before a step that caused it.';
