/** Numbers that look drawn and are the same in every run: xorshift32, Marsaglia 2003. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  /** 32 bits. */
  bits(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state;
  }

  /** A whole number from 0 to before `count`. */
  below(count: number): number {
    return Math.floor(this.bits() / 0x1_0000_0000 * count);
  }

  /** A whole number with this mean, most of them small, some of them many times as large: as times between events are. */
  waiting(mean: number): number {
    return Math.floor(-Math.log((this.bits() + 1) / 0x1_0000_0001) * mean);
  }
}
