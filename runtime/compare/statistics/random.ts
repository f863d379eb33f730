/**
 * Random numbers from a seed: the same seed gives the same judgement on every machine.
 * @module
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A stream of random numbers. */
export class Random {
  readonly #generator;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  /** At least 0, below 1. */
  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  /** A whole number, at least 0 and below `end`, which is far below 2³²: then the ends are as likely as the rest. */
  below(end: number): number {
    return Math.floor((this.#generator.next() >>> 0) / 2 ** 32 * end);
  }

  /** Standard normal: Box and Muller, Annals of Mathematical Statistics 29 (1958), 610–611. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
}
