import { BenchWorker } from "./bench_worker.ts";
import type { BenchPrograms } from "./programs.ts";

/** A reader in a process of its own that throws away what it reads, and stands still until it is wanted. */
export class BenchReader implements AsyncDisposable {
  readonly #worker: BenchWorker;

  constructor(programs: BenchPrograms, rings: string) {
    this.#worker = new BenchWorker(programs.reader, [rings]);
    this.#worker.pause(true);
  }

  /** Lets it drain while `measure` is under way. */
  async whileDraining<T>(measure: () => Promise<T>): Promise<T> {
    this.#worker.pause(false);
    try {
      return await measure();
    } finally {
      // It looks at its rings a thousand times a second, which the other rows need not feel.
      this.#worker.pause(true);
    }
  }

  /** Ends it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#worker[Symbol.asyncDispose]();
  }
}
