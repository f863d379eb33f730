-- Of attempts and not of seconds, as error_rate.
--
-- title: warnings among the attempts
-- kind: ratio
-- better: lower
-- smallest effect: 10 %, 0.0005, 5 events
-- gate: yes
-- loss: hides
SELECT
  (SELECT count(*) FROM logs WHERE level = 'warn') AS count,
  (SELECT sum(attempts) FROM loss_by_processor) AS trials;
