-- 1 in a run that has said it, whatever its numbers, and 0 in one that has not: what appeared, and what vanished.
--
-- title: runs with this message
-- kind: value
-- better: lower
-- smallest effect: 0.5
-- dimensions: message
-- gate: yes
-- loss: hides
-- range: 0 to 1
-- absent: 0
SELECT template AS message, 1 AS value
FROM message_templates
WHERE severity >= at_least('error');
