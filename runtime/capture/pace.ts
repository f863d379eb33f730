/**
 * How fast entries came, compared with what the rings' one index counter can number.
 * @module
 */
import { Order } from "../abi/layout.ts";
import type { CaptureEngine } from "./engine.ts";

const INTERVAL_MS = 1_000;
/** Below this rate no machine's counter is near its cap, and measuring it is left out. */
const RATE_MIN = 2e6;
/** From this share of the cap on, writers wait for each other noticeably. */
const SHARE_MAX = 0.5;

type Rated = Pick<CaptureEngine, "info" | "counters" | "measureIndexCap">;

/** Watches the rate of attempts over all rings while a recording runs. */
export class Pace {
  readonly #engine: Rated;
  #fastest = 0;
  #last: { readonly attempts: number; readonly ms: number };

  constructor(engine: Rated) {
    this.#engine = engine;
    this.#last = { attempts: 0, ms: performance.now() };
  }

  /** Looks once a second until the result is disposed of. */
  watch(): Disposable {
    this.#last = { attempts: this.#attempts(), ms: performance.now() };
    const timer = setInterval(() => this.look(), INTERVAL_MS);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  /** Takes the rate since the last look. */
  look(nowMs = performance.now()): void {
    const attempts = this.#attempts();
    const seconds = (nowMs - this.#last.ms) / 1000;
    if (seconds <= 0) return;
    this.#fastest = Math.max(this.#fastest, (attempts - this.#last.attempts) / seconds);
    this.#last = { attempts, ms: nowMs };
  }

  /** What to say at the end: nothing, or that the counter was near its cap and how to do without it. */
  notes(): string[] {
    const { order, ringCount } = this.#engine.info();
    if (order !== Order.index || ringCount < 2 || this.#fastest < RATE_MIN) return [];
    const cap = this.#engine.measureIndexCap();
    if (cap === null || this.#fastest < cap * SHARE_MAX) return [];
    const millions = (rate: number) => `${(rate / 1e6).toFixed(1)} M`;
    return [
      `${
        millions(this.#fastest)
      } entries in a second came near what one index counter can number on this machine ` +
      `(${millions(cap)}): writers wait for each other; rings made with --order clock have no such counter`,
    ];
  }

  #attempts(): number {
    return this.#engine.counters().rings.reduce((sum, ring) => sum + Number(ring.attempts), 0);
  }
}
