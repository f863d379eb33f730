/**
 * From the producer's clock to unix time, exactly: `unix_ns + floor((ticks − anchor ticks) × 1e9 / ticks_per_second)`.
 *
 * Millions of moments are computed for a capture, so the common case works on float64 integers below 2^53 and
 * on the two halves of each 64-bit word; a BigInt per row would cost ten times as much. Used by expand.ts.
 *
 * @module
 */

/** A moment on the producer's clock, the same moment in unix time, and the clock's rate. */
export interface Anchor {
  ticks: bigint;
  unixNs: bigint;
  ticksPerSecond: bigint;
}

/** Below 2^52 a quotient of two integers never rounds up to the next integer, so its floor is right. */
const EXACT = 2 ** 52;
/** 1e9 = STEP_A × STEP_B; a rate of at most RATE_MAX keeps both products with a remainder exact. */
const STEP_A = 31_250, STEP_B = 32_000;
const RATE_MAX = EXACT / STEP_B;
/** Further from the anchor the nanoseconds themselves pass 2^53. */
const SECONDS_MAX = 9_000_000;
const HIGH = 0x1_0000_0000;

/** Unix time in ns of one moment. */
export function toUnixNs(ticks: bigint, anchor: Anchor): bigint {
  return anchor.unixNs + floorDivide((ticks - anchor.ticks) * 1_000_000_000n, anchor.ticksPerSecond);
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient;
}

/**
 * Fills `unixNs` with the moments of `ticks`. Moments too far from the anchor (104 days, or 17 at 3 GHz) cost a BigInt.
 *
 * @throws {RangeError} The anchor's rate is not positive.
 */
export function convertTicks(ticks: BigUint64Array, anchor: Anchor, unixNs: BigInt64Array): void {
  if (anchor.ticksPerSecond <= 0n) throw new RangeError("a clock needs a positive rate");
  const rate = Number(anchor.ticksPerSecond);
  const from = new Uint32Array(ticks.buffer, ticks.byteOffset, 2 * ticks.length);
  const to = new Uint32Array(unixNs.buffer, unixNs.byteOffset, 2 * unixNs.length);
  const anchorLow = Number(BigInt.asUintN(32, anchor.ticks)), anchorHigh = Number(anchor.ticks >> 32n);
  const unixLow = Number(BigInt.asUintN(32, anchor.unixNs)), unixHigh = Number(anchor.unixNs >> 32n);
  const deltaMax = rate > RATE_MAX ? -1 : Math.min(EXACT, rate * SECONDS_MAX);
  for (let word = 0; word < from.length; word += 2) {
    const delta = (from[word + 1]! - anchorHigh) * HIGH + (from[word]! - anchorLow);
    if (delta > deltaMax || delta < -deltaMax) {
      unixNs[word >> 1] = toUnixNs(ticks[word >> 1]!, anchor);
      continue;
    }
    // Every product and difference from here on is an integer below 2^53, so each step is exact.
    const seconds = Math.floor(delta / rate);
    const partA = (delta - seconds * rate) * STEP_A;
    const wholeA = Math.floor(partA / rate);
    const wholeB = Math.floor((partA - wholeA * rate) * STEP_B / rate);
    const ns = seconds * 1e9 + wholeA * STEP_B + wholeB;
    const high = Math.floor(ns / HIGH);
    const low = unixLow + (ns - high * HIGH);
    to[word] = low;
    to[word + 1] = unixHigh + high + (low >= HIGH ? 1 : 0);
  }
}
