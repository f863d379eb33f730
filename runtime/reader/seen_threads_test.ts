import { assertEquals } from "@std/assert";
import { SeenThreads } from "./seen_threads.ts";

Deno.test("each thread of a kernel's entries is told once, and again when it is seen after that", () => {
  const seen = new SeenThreads();
  for (const [pid, tid] of [[7, 8], [7, 7], [7, 8], [0, 0]] as const) seen.note(pid, tid);
  assertEquals(seen.take().map(({ pid, tid }) => [pid, tid]), [[7, 8], [7, 7], [0, 0]]);
  assertEquals(seen.take(), []);
  seen.note(7, 7);
  assertEquals(seen.take(), [{ pid: 7, tid: 7, start: 0n, namespace: 0xeffffffcn }]);
});

Deno.test("more threads than are kept, and numbers that no Linux gives, are left out", () => {
  const seen = new SeenThreads();
  seen.note(2 ** 32 - 1, 1);
  for (let tid = 1; tid <= 5000; tid++) seen.note(1, tid);
  const threads = seen.take();
  assertEquals([threads.length, threads[0]?.tid, threads.at(-1)?.tid], [4096, 1, 4096]);
});
