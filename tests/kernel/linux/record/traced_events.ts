/**
 * Events of the sources and lines of the kernel's tracer in the same words, so that they can be compared.
 *
 * @module
 */
import type { CapturedEntry } from "../../../support/captured_events.ts";
import type { TimedText } from "./same_events.ts";
import type { TraceLine } from "./trace_lines.ts";

/** Tracepoints by event and role. */
const TRACEPOINTS: Readonly<Record<string, readonly string[]>> = {
  sched_switch: ["sched_switch"],
  sched_wakeup: ["sched_wakeup"],
  irq_handler: ["", "irq_handler_entry", "irq_handler_exit"],
  softirq: ["", "softirq_entry", "softirq_exit"],
  block_rq: ["", "block_rq_issue", "block_rq_complete"],
  syscall: ["", "sys_enter", "sys_exit"],
};

/** Every tracepoint, as `rings sources` and tracefs call it, with the folder of the latter. */
export const TRACED: Readonly<Record<string, string>> = {
  sched_switch: "sched",
  sched_wakeup: "sched",
  irq_handler_entry: "irq",
  irq_handler_exit: "irq",
  softirq_entry: "irq",
  softirq_exit: "irq",
  block_rq_issue: "block",
  block_rq_complete: "block",
  sys_enter: "raw_syscalls",
  sys_exit: "raw_syscalls",
};

/** What each processor did at each tracepoint, by `tracepoint processor`, in its order. */
export type Traced = Map<string, TimedText[]>;

/** The events of the sources; entries of others are left out. */
export function tracedEntries(entries: readonly CapturedEntry[], roles: ReadonlyMap<number, number>): Traced {
  const traced: Traced = new Map();
  const rising = entries.filter(({ event }) => event !== null && event in TRACEPOINTS)
    .toSorted(({ row: a }, { row: b }) => a.processor - b.processor || a.seq - b.seq);
  for (const entry of rising) {
    const { row, event } = entry;
    const tracepoint = TRACEPOINTS[event!]![roles.get(row.type)!]!;
    const text = `tid=${row.tid} ${inSameWords(textOf(tracepoint, entry))}`;
    push(traced, `${tracepoint} ${row.processor}`, { text, us: row.ticks / 1000n });
  }
  return traced;
}

/** The lines of the tracer. */
export function tracedLines(lines: readonly TraceLine[]): Traced {
  const traced: Traced = new Map();
  for (const { event, processor, tid, text, us } of lines) {
    push(traced, `${event} ${processor}`, { text: `tid=${tid} ${inSameWords(wordsOf(event, text))}`, us });
  }
  return traced;
}

function push(traced: Traced, key: string, event: TimedText): void {
  const events = traced.get(key);
  if (events === undefined) traced.set(key, [event]);
  else events.push(event);
}

/** A task that has ended turns from a zombie (Z) to dead (X) when its parent collects it, also between the two probes of one switch. */
function inSameWords(text: string): string {
  return text.replace(/ prev_state=[XZ] /, " prev_state=ended ");
}

/** Most events read as those of the kernel do; those of block devices tell the operation by a word. */
function textOf(tracepoint: string, { message }: CapturedEntry): string {
  if (tracepoint === "sys_enter") return message.replace(/ compat=0$/, "");
  const block =
    /^major=(\d+) minor=(\d+) op=(\w)\w* sector=(\d+)(?: nr_sector=(\d+))? bytes=(\d+)(?: error=(\S+))?$/
      .exec(message);
  if (block === null) return message;
  const [, major, minor, op, sector, sectors, bytes, error] = block;
  return error === undefined
    ? `${major},${minor} ${op} ${bytes} ${sector}+${sectors}`
    : `${major},${minor} ${op} ${sector}+${Number(bytes) >> 9} ${error}`;
}

function wordsOf(event: string, text: string): string {
  const issue = /^(\S+) (\w)\w* (\d+) \(\) (\d+) \+ (\d+) \[.*\]$/.exec(text);
  const complete = /^(\S+) (\w)\w* \(\) (\d+) \+ (\d+) \[(\S+)\]$/.exec(text);
  if (event === "block_rq_issue" && issue !== null) {
    return `${issue[1]} ${issue[2]} ${issue[3]} ${issue[4]}+${issue[5]}`;
  }
  if (event === "block_rq_complete" && complete !== null) {
    // A flush has no sector; here the kernel prints what it has in place of one.
    const sector = complete[3] === "18446744073709551615" ? "0" : complete[3];
    return `${complete[1]} ${complete[2]} ${sector}+${complete[4]} ${complete[5]}`;
  }
  return text;
}
