-- What kinds of messages there are: texts by what is left of them without their numbers, typed events by their call site, whose arguments may be
-- texts of any kind. Of each capture the most frequent, those that first came in its second half, and those that no other capture has.
WITH masked AS (
  SELECT
    capture, CASE WHEN kind = 2 THEN type END AS site, CASE WHEN kind = 2 THEN NULL ELSE _masked(left(message, 4096)) END AS masked,
    count(*) AS entries, max(severity) AS severity, min(epoch_ns(ts)) AS first_ns, min(idx) AS first_idx
  FROM _entries
  WHERE message IS NOT NULL
  GROUP BY ALL
),
named AS (
  SELECT
    masked.capture, coalesce(_sites.name || ' · ' || _sites.format, 'event ' || masked.site) AS event,
    template_of(masked) AS text, entries, masked.severity, first_ns, first_idx
  FROM masked
  LEFT JOIN _sites ON _sites.capture = masked.capture AND _sites.site = masked.site
),
templates AS MATERIALIZED (
  SELECT
    capture, coalesce(text, event) AS template, sum(entries)::UBIGINT AS entries, max(severity) AS severity,
    min(first_ns) AS first_ns, min(first_idx) AS first_idx
  FROM named
  GROUP BY ALL
),
extents AS (
  SELECT capture, min(epoch_ns(ts)) AS begin_ns, max(epoch_ns(ts)) AS end_ns
  FROM _entries
  GROUP BY capture
),
kinds AS (
  SELECT
    capture, template, entries, severity, first_ns, first_idx, first_ns > begin_ns + (end_ns - begin_ns) // 2 AS is_late,
    count(*) OVER (PARTITION BY template) = 1 AS is_alone, count(*) OVER (PARTITION BY capture) AS kinds,
    row_number() OVER (PARTITION BY capture ORDER BY entries DESC, template) AS place
  FROM templates
  JOIN extents USING (capture)
),
ranked AS (
  SELECT
    capture, template, entries, severity, first_ns, first_idx, is_late, is_alone, kinds, place,
    row_number() OVER (PARTITION BY capture, is_late ORDER BY severity DESC, entries DESC, template) AS late_place,
    row_number() OVER (PARTITION BY capture, is_alone ORDER BY severity DESC, entries DESC, template) AS alone_place,
    count(*) FILTER (WHERE is_late) OVER (PARTITION BY capture) AS late_kinds,
    count(*) FILTER (WHERE is_alone) OVER (PARTITION BY capture) AS alone_kinds
  FROM kinds
)
SELECT
  capture, left(template, 1000) AS template, entries, level_name(severity) AS level, first_ns, first_idx, kinds, late_kinds, alone_kinds,
  place <= 20 AS is_top, is_late AND late_place <= 20 AS is_late, is_alone AND alone_place <= 20 AS is_alone
FROM ranked
WHERE place <= 20 OR is_late AND late_place <= 20 OR is_alone AND alone_place <= 20
ORDER BY capture, place;
