/**
 * Long work that gives way: so that Ctrl-C is heard and progress is shown although files are read synchronously.
 *
 * @module
 */

/** How far it has come. */
export interface StepProgress {
  /** What is being done: the pieces of a flattened image put in order, the pages looked through, those of a ring set taken. */
  readonly phase: "index" | "scan" | "collect";
  /** Of `total`, in bytes. */
  readonly done: number;
  /** What there is to do, in bytes. */
  readonly total: number;
}

/** Where long work stops for a moment. */
export interface Steps {
  /**
   * To be called between pieces of work of some ms each.
   *
   * @throws The signal's reason, when the work is given up.
   */
  step(phase: StepProgress["phase"], done: number, total: number): Promise<void>;
}

/** How long is worked without giving way, in ms. */
const TURN_MS = 40;

/** @param onProgress Hears of it about 25 times a second. */
export function makeSteps(signal?: AbortSignal, onProgress?: (progress: StepProgress) => void): Steps {
  let since = performance.now();
  return {
    async step(phase, done, total) {
      signal?.throwIfAborted();
      if (performance.now() - since < TURN_MS) return;
      onProgress?.({ phase, done, total });
      // Signals arrive between tasks, not between the microtasks that an await alone makes.
      await new Promise((resolve) => setTimeout(resolve, 0));
      signal?.throwIfAborted();
      since = performance.now();
    },
  };
}
