-- The longest kinds of cost go beyond what a BIGINT of ns can say; nobody has waited 292 years.
CREATE OR REPLACE MACRO _ticks_ns(bucket, tick_ns) AS round(least(pow(2, bucket) * tick_ns, 9e18))::BIGINT;

COMMENT ON MACRO _ticks_ns IS 'How long 2^bucket ticks are, ns.';
