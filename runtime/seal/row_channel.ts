/**
 * Hands values from one reader to one of several writers, one at a time.
 *
 * @module
 */

interface Pushed<Value> {
  readonly value: Value;
  isGiven: boolean;
  readonly done: PromiseWithResolvers<void>;
}

/** Values from a `push` to a `next`. */
export class RowChannel<Value> implements AsyncIterator<Value> {
  #waiting: PromiseWithResolvers<IteratorResult<Value>> | null = null;
  #pushed: Pushed<Value> | null = null;
  #isEnded = false;

  /** Resolves when the value's memory may be used again: its receiver asks for the next one, or has given up. */
  async push(value: Value): Promise<void> {
    if (this.#isEnded) return;
    this.#pushed = { value, isGiven: this.#waiting !== null, done: Promise.withResolvers() };
    this.#waiting?.resolve({ value });
    this.#waiting = null;
    await this.#pushed.done.promise;
  }

  /** No value follows, or nobody wants one any more. */
  end(): void {
    this.#isEnded = true;
    this.#pushed?.done.resolve();
    this.#waiting?.resolve({ value: undefined, done: true });
    this.#waiting = null;
  }

  /** The next value; with the one before the receiver has done. */
  next(): Promise<IteratorResult<Value>> {
    if (this.#pushed?.isGiven) {
      this.#pushed.done.resolve();
      this.#pushed = null;
    }
    if (this.#pushed !== null) {
      this.#pushed.isGiven = true;
      return Promise.resolve({ value: this.#pushed.value });
    }
    if (this.#isEnded) return Promise.resolve({ value: undefined, done: true });
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }
}
