-- One pass of one expression: this runs over every text of a capture. In its order: 0x…, words of eight hexadecimal digits or more and
-- UUIDs, MAC and IPv6 addresses, hexadecimal numbers that begin with a digit, decimal ones with points (versions, IPv4 addresses) or with a unit
-- behind them. Digits within a word (eth0, sda1) name something and stay.
CREATE OR REPLACE MACRO _masked(message) AS
  regexp_replace(
    message,
    '\b(?:0[xX][0-9a-fA-F]+|[0-9a-fA-F]{8,}(?:-[0-9a-fA-F]{4,})*\b|[0-9a-fA-F]{1,4}(?:::?[0-9a-fA-F]{1,4}){2,}\b|[0-9][0-9a-fA-F]*\b|[0-9]+(?:\.[0-9]+)*)',
    '#',
    'g'
  );

COMMENT ON MACRO _masked IS 'A text with its numbers and addresses as #; signs are still there.';
