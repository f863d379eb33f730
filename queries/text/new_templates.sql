-- What one capture says that another never said.
CREATE OR REPLACE MACRO new_templates(base, candidate) AS TABLE
SELECT template_id, template, entries, severity, level, first_ts, last_ts, first_idx, example
FROM message_templates
WHERE capture = candidate
  AND template_id NOT IN (SELECT template_id FROM message_templates WHERE capture = base)
ORDER BY severity DESC, entries DESC, template;

COMMENT ON MACRO TABLE new_templates IS 'Templates of the second capture that the first does not have, the most severe first; columns as in message_templates: FROM new_templates(''before'', ''after'').';
