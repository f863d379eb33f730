import { assert, assertFalse } from "@std/assert";
import { isClockForeign } from "./reader_clock.ts";

const second = 1_000_000_000n;
const written = { ticks: 5000n, unixNs: 1_700_000_000n * second, ticksPerSecond: 1000n };

/** The same clock, so many seconds later by itself and by the wall. */
function after(seconds: bigint, wallSeconds: bigint) {
  return { ticks: written.ticks + seconds * 1000n, unixNs: written.unixNs + wallSeconds * second };
}

Deno.test("a clock that went as far as the wall clock is this machine's", () => {
  assertFalse(isClockForeign(written, after(0n, 0n)));
  assertFalse(isClockForeign(written, after(3600n, 3609n)));
});

Deno.test("a rate that was measured for a moment may be a little off", () => {
  assertFalse(isClockForeign(written, after(1_000_000n, 1_000_090n)));
  assert(isClockForeign(written, after(1_000_000n, 1_000_200n)));
});

Deno.test("a clock of another boot or machine is foreign", () => {
  assert(isClockForeign(written, after(100n, 86_400n)));
  assert(isClockForeign(written, after(-1n, 0n)));
});
