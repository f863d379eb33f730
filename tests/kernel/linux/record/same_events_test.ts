import { assertEquals } from "@std/assert";
import { findSameEvents, type TimedText } from "./same_events.ts";

/** A letter each 10 ms; a dot is 10 ms in which nothing is. */
function events(story: string, laterUs: bigint): TimedText[] {
  return [...story].map((text, at) => ({ text, us: BigInt(at) * 10_000n + laterUs })).filter(({ text }) =>
    text !== "."
  );
}
const find = (outer: string, inner: string, laterUs = 3n) =>
  findSameEvents(events(outer, 0n), events(inner, laterUs)).before;

Deno.test("a recording that began later and ended earlier lies in the other one", () => {
  assertEquals([find("abcabd", "...abd"), find("abc", "abc"), find("abc", "")], [3, 0, 0]);
});

Deno.test("an event that is missing, too many, changed or elsewhere is found", () => {
  const wrong = ["a.c", "abbc", "abx", "acb", "abcde"];
  assertEquals(wrong.map((inner) => find("abcd", inner)), Array(5).fill(null));
});

Deno.test("an event that is missing among others of the same words is found by the times", () => {
  assertEquals([find("aaaaaaaaaa", ".aaaaaaaa"), find("aaaaaaaaaa", ".aaaa.aaaa")], [1, null]);
});

Deno.test("an event may be told late, and not before it has been or after the next one", () => {
  assertEquals([9_000n, -1n, -2n, 10_001n].map((laterUs) => find("abc", "abc", laterUs)), [0, 0, null, null]);
});

Deno.test("a thread of the kernel may have got its name in between, and nothing else may differ", () => {
  const text = (prev: string, next: string, pid = 7) =>
    `tid=1 prev_comm=${prev} prev_pid=${pid} next_comm=${next}`;
  const isSame = (one: string, other: string) =>
    findSameEvents([{ text: one, us: 0n }], [{ text: other, us: 0n }]).before === 0;
  assertEquals([
    isSame(text("kthreadd", "sh"), text("kworker/0:1 x", "sh")),
    isSame(text("sh", "kworker/0:1"), text("sh", "kthreadd")),
    isSame(text("kthreadd", "kthreadd"), text("a", "b")),
    isSame(text("kthreadd", "sh"), text("kworker/0:1", "init")),
    isSame(text("kthreadd", "sh", 7), text("kworker/0:1", "sh", 8)),
    isSame(text("a", "sh"), text("b", "sh")),
  ], [true, true, true, false, false, false]);
});
