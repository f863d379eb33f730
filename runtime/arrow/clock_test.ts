import { assertEquals, assertThrows } from "@std/assert";
import { type Anchor, convertTicks, toUnixNs } from "./clock.ts";

function convert(ticks: bigint[], anchor: Anchor): bigint[] {
  const unixNs = new BigInt64Array(ticks.length);
  convertTicks(BigUint64Array.from(ticks), anchor, unixNs);
  return [...unixNs];
}

Deno.test("a moment is the anchor's plus the ticks since, in nanoseconds", () => {
  const anchor = { ticks: 1_000n, unixNs: 5_000_000_000n, ticksPerSecond: 2_000_000_000n };
  assertEquals(convert([1_000n, 1_002n, 1_003n, 998n, 997n], anchor), [
    5_000_000_000n,
    5_000_000_001n,
    5_000_000_001n, // half a nanosecond is dropped …
    4_999_999_999n,
    4_999_999_998n, // … on both sides of the anchor
  ]);
});

Deno.test("moments agree with exact integer arithmetic, near and far from the anchor", () => {
  const unixNs = 1_795_479_692_548_123_457n;
  const rates = [1n, 1_000n, 999_999_937n, 1_000_000_000n, 2_899_999_999n, 3_417_600_123n, 137_438_953_471n];
  const distances = [
    0n,
    1n,
    2n,
    3n,
    0xffff_ffffn,
    0x1_0000_0000n,
    0x1_0000_0001n,
    123_456_789_012_345n,
    2n ** 52n,
    2n ** 58n,
  ];
  for (const ticksPerSecond of rates) {
    const ticks = 2n ** 61n + 0xffff_fff0n;
    const anchor = { ticks, unixNs, ticksPerSecond };
    const moments = distances.flatMap((distance) => [ticks + distance, ticks - distance])
      .filter((moment) =>
        (moment - ticks) / ticksPerSecond < 5_000_000_000n &&
        (moment - ticks) / ticksPerSecond > -5_000_000_000n
      );
    assertEquals(
      convert(moments, anchor),
      moments.map((moment) => toUnixNs(moment, anchor)),
      `${ticksPerSecond}`,
    );
  }
});

Deno.test("a moment before 1970 is negative", () => {
  const anchor = { ticks: 2n ** 40n, unixNs: 3n, ticksPerSecond: 1_000_000_000n };
  assertEquals(convert([2n ** 40n - 5n], anchor), [-2n]);
});

Deno.test("a clock that stands still is refused", () => {
  assertThrows(
    () => convert([1n], { ticks: 0n, unixNs: 0n, ticksPerSecond: 0n }),
    RangeError,
    "positive rate",
  );
});
