import { assert, assertEquals } from "@std/assert";
import { shadeBounds, shadeOf, SHADES } from "./heat_grid.ts";

Deno.test("one of a million has the lightest shade, and the most has the darkest", () => {
  assertEquals([shadeOf(1, 1e6), shadeOf(1e6, 1e6), shadeOf(1, 1)], [1, SHADES, SHADES]);
});

Deno.test("the legend tells the least amount of each shade", () => {
  for (const most of [2, 7, 100, 12_345, 1e7]) {
    shadeBounds(most).forEach((bound, at) => {
      assert(shadeOf(bound, most) >= at + 1, `${bound} of ${most} is lighter than ${at + 1}`);
      if (bound > 1) {
        assert(shadeOf(bound - 1, most) <= at, `${bound - 1} of ${most} is not lighter than ${at + 1}`);
      }
    });
  }
});
