import { assertEquals } from "@std/assert";
import { choose, labellingsOf } from "./labellings.ts";

Deno.test("every labelling comes once when they are few", () => {
  const { all, exact } = labellingsOf(2, 2, 10, 1);
  assertEquals(exact, true);
  assertEquals(all.map((places) => [...places].join("")), ["01", "02", "03", "12", "13", "23"]);
  assertEquals(labellingsOf(5, 5, 300, 1).all.length, 252);
});

Deno.test("drawn labellings begin with the true one, choose every run as often, and come again", () => {
  const { all, exact } = labellingsOf(12, 8, 20_000, 7);
  assertEquals([exact, all.length], [false, 20_000]);
  assertEquals([...all[0]!], [12, 13, 14, 15, 16, 17, 18, 19]);
  const times = new Array<number>(20).fill(0);
  for (const places of all) {
    assertEquals(new Set(places).size, 8);
    for (const place of places) times[place]!++;
  }
  // 8 of 20 in 20,000 draws: 8,000 with a standard deviation of 69.
  for (const count of times) assertEquals(Math.abs(count - 8000) < 350, true, `${count}`);
  assertEquals(labellingsOf(12, 8, 20_000, 7).all[500], all[500]);
});

Deno.test("ways to choose are whole numbers", () => {
  assertEquals([choose(10, 5), choose(40, 20), choose(5, 0)], [252, 137_846_528_820, 1]);
});
