-- Of attempts and not of seconds, so that a program that only got faster does not seem to fail more often.
--
-- title: errors among the attempts
-- kind: ratio
-- better: lower
-- smallest effect: 10 %, 0.0005, 5 events
-- gate: yes
-- loss: hides
SELECT
  (SELECT count(*) FROM logs WHERE severity >= at_least('error')) AS count,
  (SELECT sum(attempts) FROM loss_by_processor) AS trials;
