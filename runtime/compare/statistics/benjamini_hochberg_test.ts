import { assertAlmostEquals, assertEquals } from "@std/assert";
import { benjaminiHochberg } from "./benjamini_hochberg.ts";

// The example of Benjamini and Hochberg (1995), section 4: thrombolysis after heart attacks.
const PUBLISHED = [
  0.0001,
  0.0004,
  0.0019,
  0.0095,
  0.0201,
  0.0278,
  0.0298,
  0.0344,
  0.0459,
  0.3240,
  0.4262,
  0.5719,
  0.6528,
  0.7590,
  1,
];

Deno.test("the published example rejects its four hypotheses at 5 %", () => {
  assertEquals(benjaminiHochberg(PUBLISHED).filter((p) => p <= 0.05).length, 4);
});

Deno.test("adjusted values come back in the order of the values", () => {
  const adjusted = benjaminiHochberg([0.04, 0.01, 0.03]);
  // 0.01 · 3; 0.03 · 3/2 is above 0.04 · 3/3, which is smaller than it may be for a smaller p.
  [0.04, 0.03, 0.04].forEach((expected, place) => assertAlmostEquals(adjusted[place]!, expected, 1e-12));
  assertEquals(benjaminiHochberg([]), []);
});
