-- Payloads are little endian, as the machines that log are; DuckDB reads a hexadecimal number from its other end.
CREATE OR REPLACE MACRO u64_at(data, first_byte) AS
  ('0x' || regexp_replace(
    hex(data[first_byte : first_byte + 7]), '^(..)(..)(..)(..)(..)(..)(..)(..)$', '\8\7\6\5\4\3\2\1'
  ))::UBIGINT;

COMMENT ON MACRO u64_at IS 'The unsigned 64-bit little-endian number in eight bytes of data, UBIGINT. Bytes are counted from 1, as everywhere in SQL; all eight have to be there.';
