/** The levels of syslog and of the Linux kernel, from emerg to debug, as severities. */
const SYSLOG = [6, 6, 6, 5, 4, 3, 3, 2] as const;

/** The severity of a syslog level, 0 to 7. */
export function severityOfSyslog(level: number): number {
  return SYSLOG[level & 7]!;
}

const NAMES: Readonly<Record<string, number>> = {
  trace: 1,
  verbose: 1,
  finest: 1,
  t: 1,
  debug: 2,
  dbg: 2,
  fine: 2,
  d: 2,
  info: 3,
  information: 3,
  informational: 3,
  notice: 3,
  i: 3,
  warn: 4,
  warning: 4,
  w: 4,
  error: 5,
  err: 5,
  severe: 5,
  e: 5,
  fatal: 6,
  crit: 6,
  critical: 6,
  alert: 6,
  emerg: 6,
  emergency: 6,
  panic: 6,
  f: 6,
};

/**
 * The severity that a level's name or number means; null where it means none. Numbers to 7 are syslog's, those from 10 on are tens as
 * pino and bunyan write them.
 */
export function severityNamed(level: string): number | null {
  const name = NAMES[level.trim().toLowerCase()];
  if (name !== undefined) return name;
  if (/^[0-7]$/.test(level)) return severityOfSyslog(Number(level));
  return /^[1-6]0$/.test(level) ? Number(level) / 10 : null;
}
