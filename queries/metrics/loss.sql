-- Counted by the rings themselves, so what is lost is known exactly. A driver that loses more than before logs too much, or too fast.
--
-- title: lost attempts
-- kind: ratio
-- better: lower
-- smallest effect: 10 %, 0.001
-- gate: yes
-- loss: counted
SELECT sum(lost) AS count, sum(attempts) AS trials
FROM loss_by_processor;
