import { assertEquals, assertRejects } from "@std/assert";
import { runInLanes } from "./lanes.ts";

Deno.test("jobs run in their order, so many at once, and their results keep it", async () => {
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const started: number[] = [];
  const all = runInLanes(
    gates.map(({ promise }, at) => async () => {
      started.push(at);
      await promise;
      return at;
    }),
    2,
  );
  assertEquals(started, [0, 1]);
  gates[1]!.resolve();
  await gates[1]!.promise;
  await Promise.resolve();
  gates[2]!.resolve();
  gates[3]!.resolve();
  gates[0]!.resolve();
  assertEquals(await all, [0, 1, 2, 3]);
  assertEquals(started, [0, 1, 2, 3]);
});

Deno.test("a job that fails fails all of them", async () => {
  await assertRejects(() => runInLanes([() => Promise.reject(new Error("it broke"))], 3), Error, "it broke");
});
