import { assertEquals } from "@std/assert";
import { summarize } from "./summarize.ts";

Deno.test("the summary says what was left out by which filter, and what was lost", () => {
  assertEquals(
    summarize({ shown: 12n, filtered: { severity: 3_000, where: 44 }, lost: 7n, lostElsewhere: 2n }),
    "12 of 3,056 entries shown; filtered out: 3,000 by --severity, 44 by --where; 7 lost; 2 lost on other processors",
  );
});

Deno.test("where everything was shown and nothing lost there is nothing to say", () => {
  assertEquals(summarize({ shown: 12n, filtered: {}, lost: 0n, lostElsewhere: 0n }), null);
});
