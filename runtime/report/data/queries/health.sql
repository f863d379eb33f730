-- May the numbers be trusted, and why not?
SELECT capture, trustworthy, reasons
FROM capture_health;
