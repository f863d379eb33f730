/**
 * Who may touch a closed segment: the worker that seals it, or the capture that retires it, never both. One word that both share
 * holds the segment that is being sealed and the last one that is retired, so that neither sees half of what the other did.
 *
 * @module
 */

const SEALED_SHIFT = 32n;
const RETIRED_MASK = 0xffff_ffffn;

/** The claims on the segments of one capture. */
export class SegmentClaims {
  readonly #word: BigUint64Array<SharedArrayBuffer>;

  /** Claims of its own, or those that another thread's {@link buffer} holds. */
  constructor(buffer = new SharedArrayBuffer(8)) {
    this.#word = new BigUint64Array(buffer);
  }

  /** For another thread. */
  get buffer(): SharedArrayBuffer {
    return this.#word.buffer;
  }

  /** Segments up to this one are retired or about to be. */
  get retired(): number {
    return Number(Atomics.load(this.#word, 0) & RETIRED_MASK);
  }

  /** Begins to seal a segment; false where it is retired. */
  beginSealing(number: number): boolean {
    return this.#change((retired) => retired >= number ? null : [number, retired]);
  }

  /** Ends what {@link beginSealing} began. */
  endSealing(): void {
    this.#change((retired) => [0, retired]);
  }

  /** Takes the segments up to this one for good; false while one of them is being sealed. */
  retire(number: number): boolean {
    return this.#change((retired, sealed) =>
      sealed !== 0 && sealed <= number ? null : [sealed, Math.max(retired, number)]
    );
  }

  #change(next: (retired: number, sealed: number) => readonly [number, number] | null): boolean {
    for (;;) {
      const found = Atomics.load(this.#word, 0);
      const wanted = next(Number(found & RETIRED_MASK), Number(found >> SEALED_SHIFT));
      if (wanted === null) return false;
      const [sealed, retired] = wanted;
      const word = BigInt(sealed) << SEALED_SHIFT | BigInt(retired);
      if (Atomics.compareExchange(this.#word, 0, found, word) === found) return true;
    }
  }
}
