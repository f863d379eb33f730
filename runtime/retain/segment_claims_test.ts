import { assertEquals } from "@std/assert";
import { SegmentClaims } from "./segment_claims.ts";

Deno.test("a segment that is being sealed is not retired, nor one behind it", () => {
  const claims = new SegmentClaims();
  assertEquals(claims.beginSealing(2), true);
  assertEquals([claims.retire(1), claims.retire(2), claims.retire(3)], [true, false, false]);
  claims.endSealing();
  assertEquals([claims.retire(2), claims.retired], [true, 2]);
});

Deno.test("a segment that is retired is not sealed any more, whichever thread asks", () => {
  const claims = new SegmentClaims();
  assertEquals(claims.retire(2), true);
  const others = new SegmentClaims(claims.buffer);
  assertEquals([others.beginSealing(1), others.beginSealing(2), others.beginSealing(3)], [
    false,
    false,
    true,
  ]);
  assertEquals(claims.retire(3), false);
});
