/**
 * Collects the faults of one boot from its console, line by line.
 * @module
 */
import { isFault } from "./kernel_faults.ts";

/** The first line of a report by KCSAN, and what stands behind both sides of it: a report with it is whole. */
const RACE = /BUG: KCSAN: /;
const WHOLE = /Reported by Kernel Concurrency Sanitizer/;
/** A line of a stack that lies in one of our modules: `rs_target_look_up+0x1d/0x30 [ringscope]`. */
const OURS = /\[(?:ringscope|rs_\w+)\]/;

/**
 * The clock that may be read in an NMI, kernel/time/timekeeping.c: it reads one of two copies, also while that one changes, and throws it away
 * when the sequence count behind it says so. The kernel does not mark those reads, so they are reported whoever asks for the time.
 */
const LATCH = /data-race in (?:.* \/ )?ktime_get_mono_fast_ns\b/;

/**
 * Lines that tell of a fault. KCSAN is the one checker that reports what the kernel does by itself: plain accesses of its own that race, which
 * nobody here can mend. So its reports are held until they are whole: those with one of our modules in them are faults, the others are
 * `kernelRaces`, and so is a clock that our modules only asked.
 */
export class FaultList {
  readonly faults: string[] = [];
  /** First lines of reports of races that none of our modules took part in. */
  readonly kernelRaces: string[] = [];
  readonly #expected: readonly RegExp[];
  #race: { readonly first: string; isOurs: boolean; readonly isClock: boolean } | null = null;

  /** @param expected Lines that are no fault here because the test causes them. */
  constructor(expected: readonly RegExp[] = []) {
    this.#expected = expected;
  }

  take(line: string): void {
    if (RACE.test(line)) {
      this.end();
      this.#race = { first: line, isOurs: OURS.test(line), isClock: LATCH.test(line) && !OURS.test(line) };
      return;
    }
    if (this.#race !== null) {
      if (OURS.test(line) && !this.#race.isClock) this.#race.isOurs = true;
      if (WHOLE.test(line)) this.#close(this.#race);
    }
    // Other processors print in between.
    if (isFault(line, this.#expected)) this.faults.push(line);
  }

  /** Of a report that was cut off nobody knows whose it is: a fault. */
  end(): void {
    if (this.#race !== null) this.#close({ ...this.#race, isOurs: true });
  }

  #close({ first, isOurs }: { readonly first: string; readonly isOurs: boolean }): void {
    this.#race = null;
    (isOurs ? this.faults : this.kernelRaces).push(first);
  }
}
