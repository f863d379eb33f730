/**
 * What the kernel's own tracer recorded of the same tracepoints: the independent count of the sources.
 *
 * @module
 */

/** One line of tracefs's `trace`. */
export interface TraceLine {
  readonly processor: number;
  readonly tid: number;
  /** On the clock `mono`. */
  readonly us: bigint;
  readonly event: string;
  /** What the kernel prints behind the event's name. */
  readonly text: string;
}

/**
 * Reads `trace`: `            task-123     [001] d..2.   12.345678: sched_switch: prev_comm=…`.
 *
 * @throws {RangeError} A line has another form, or the tracer says that it lost some.
 */
export function readTrace(text: string): TraceLine[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).map(parseLine);
}

function parseLine(line: string): TraceLine {
  const found = /^.{16}-(\d+)\s+\[(\d+)\] \S+\s+(\d+)\.(\d{6}): (\w+): (.*)$/.exec(line);
  // Names of events of system calls stand without a colon: `sys_enter: NR …` has one all the same.
  if (found === null) throw new RangeError(`not a line of the tracer: ${line}`);
  const [, tid, processor, seconds, microseconds, event, text] = found;
  return {
    processor: Number(processor),
    tid: Number(tid),
    us: BigInt(seconds!) * 1_000_000n + BigInt(microseconds!),
    event: event!,
    text: text!,
  };
}
