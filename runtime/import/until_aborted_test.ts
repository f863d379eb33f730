import { assertEquals, assertRejects } from "@std/assert";
import { untilAborted } from "./until_aborted.ts";

Deno.test("a stream that gives nothing is left at once when the signal aborts", async () => {
  const stop = new AbortController();
  const stream = new ReadableStream<number>({ start: (controller) => controller.enqueue(1) });
  const seen: number[] = [];
  await assertRejects(
    async () => {
      for await (const piece of untilAborted(stream, stop.signal)) {
        seen.push(piece);
        setTimeout(() => stop.abort(new Error("enough")), 5);
      }
    },
    Error,
    "enough",
  );
  assertEquals(seen, [1]);
});

Deno.test("a stream gives all of it, and is let go when its reader leaves", async () => {
  const { signal } = new AbortController();
  assertEquals(await Array.fromAsync(untilAborted(ReadableStream.from([1, 2, 3]), signal)), [1, 2, 3]);
  let letGo = 0;
  const stream = new ReadableStream<number>({
    pull: (controller) => controller.enqueue(1),
    cancel: () => void letGo++,
  });
  for await (const piece of untilAborted(stream, signal)) {
    assertEquals(piece, 1);
    break;
  }
  assertEquals(letGo, 1);
});
