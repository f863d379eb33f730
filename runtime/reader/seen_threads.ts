/**
 * Which threads a kernel's entries speak of, so that somebody can ask for their names while they run: its ring set does not say who writes.
 *
 * @module
 */
import type { Writer } from "./liveness.ts";

/** The namespace that a kernel counts in: PROC_PID_INIT_INO of include/linux/proc_ns.h, the inode of /proc/1/ns/pid outside of containers. */
const INIT_PID_NAMESPACE = 0xeffffffcn;
/** Between two questions; more are in the entries only. */
const SEEN_MAX = 4096;

/** Threads by their numbers, each once. */
export class SeenThreads {
  readonly #threads = new Map<number, Writer>();

  /** Notes that an entry is of this thread. */
  note(pid: number, tid: number): void {
    // Both numbers are below 2^22 on Linux, so that one holds them exactly; others are somebody's invention.
    const key = pid * 2 ** 22 + tid;
    if (this.#threads.has(key) || this.#threads.size === SEEN_MAX || pid >= 2 ** 22 || tid >= 2 ** 22) return;
    this.#threads.set(key, { pid, tid, start: 0n, namespace: INIT_PID_NAMESPACE });
  }

  /** Those since the last question. */
  take(): Writer[] {
    const threads = [...this.#threads.values()];
    this.#threads.clear();
    return threads;
  }
}
