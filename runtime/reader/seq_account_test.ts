import { assertEquals } from "@std/assert";
import { type Neighbour, SeqAccount } from "./seq_account.ts";

const entry = (seq: bigint): Neighbour => ({ seq, idx: seq + 100n, ticks: seq + 1000n });

function accountWith(refusals: { full: bigint; tooBig: bigint; missed: bigint }): SeqAccount {
  return new SeqAccount({ processor: 3, nextSeq: 0n, refused: 0n, loadRefusals: () => refusals });
}

Deno.test("neighbours without a hole leave no gap", () => {
  const account = accountWith({ full: 0n, tooBig: 0n, missed: 0n });
  account.pass(entry(0n));
  account.pass(entry(1n));
  account.end(account.nextSeq);
  assertEquals(account.takeGaps(), []);
  assertEquals(account.nextSeq, 2n);
});

Deno.test("a hole is a gap between its neighbours", () => {
  const account = accountWith({ full: 2n, tooBig: 0n, missed: 0n });
  account.pass(entry(0n));
  account.pass(entry(3n));
  assertEquals(account.takeGaps(), [
    { processor: 3, cause: "lost_full", lost: 2n, prev: entry(0n), next: entry(3n) },
  ]);
  assertEquals(account.lost.lost_full, 2n);
  assertEquals(account.takeGaps(), []);
});

Deno.test("a hole at the end is counted with the snapshot and becomes a gap with the next neighbour", () => {
  const account = accountWith({ full: 3n, tooBig: 0n, missed: 0n });
  account.pass(entry(0n));
  account.passSnapshot(3n);
  assertEquals(account.lost.lost_full, 2n);
  assertEquals(account.takeGaps(), []);
  account.pass(entry(4n));
  assertEquals(account.takeGaps(), [
    { processor: 3, cause: "lost_full", lost: 3n, prev: entry(0n), next: entry(4n) },
  ]);
});

Deno.test("a hole at the end of everything has no neighbour behind it", () => {
  const account = accountWith({ full: 1n, tooBig: 0n, missed: 0n });
  account.pass(entry(0n));
  account.passSnapshot(2n);
  account.end(account.nextSeq);
  assertEquals(account.takeGaps(), [
    { processor: 3, cause: "lost_full", lost: 1n, prev: entry(0n), next: null },
  ]);
});

Deno.test("what was stepped over takes its share of the hole, one gap for each cause", () => {
  const account = accountWith({ full: 1n, tooBig: 0n, missed: 0n });
  account.stepOver("corrupt");
  account.stepOver("abandoned");
  account.pass(entry(3n));
  assertEquals(account.takeGaps().map(({ cause, lost }) => [cause, lost]), [
    ["lost_full", 1n],
    ["abandoned", 1n],
    ["corrupt", 1n],
  ]);
});

Deno.test("what was stepped over and left no hole is no attempt", () => {
  const account = accountWith({ full: 1n, tooBig: 0n, missed: 0n });
  account.pass(entry(0n));
  account.stepOver("corrupt");
  account.pass(entry(1n));
  account.pass(entry(3n));
  assertEquals(account.lost.corrupt, 0n);
  assertEquals(account.lost.lost_full, 1n);
});

Deno.test("what was stepped over beyond the snapshot waits for its attempt number", () => {
  const account = accountWith({ full: 0n, tooBig: 0n, missed: 0n });
  account.pass(entry(0n));
  account.stepOver("abandoned");
  account.passSnapshot(1n);
  assertEquals(account.lost.abandoned, 0n);
  account.passSnapshot(2n);
  assertEquals(account.lost.abandoned, 1n);
});

Deno.test("an account without a beginning begins with the first entry, and with what was stepped over before it", () => {
  const account = new SeqAccount({
    processor: 3,
    nextSeq: null,
    refused: 0n,
    loadRefusals: () => ({ full: 9n, tooBig: 0n, missed: 0n }),
  });
  account.stepOver("abandoned");
  account.passSnapshot(50n);
  assertEquals([account.isBegun, account.nextSeq], [false, 0n]);
  account.pass(entry(50n));
  assertEquals([account.firstSeq, account.nextSeq, account.lost.abandoned], [49n, 51n, 1n]);
  assertEquals(account.lost.lost_full, 0n);
});

Deno.test("an account that never begins is of what was stepped over, and ends where the attempts do", () => {
  const account = new SeqAccount({
    processor: 3,
    nextSeq: null,
    refused: 0n,
    loadRefusals: () => ({ full: 0n, tooBig: 0n, missed: 0n }),
  });
  account.stepOver("corrupt");
  account.end(7n);
  assertEquals([account.firstSeq, account.nextSeq, account.lost.corrupt], [6n, 7n, 1n]);
  assertEquals(account.takeGaps(), [{ processor: 3, cause: "corrupt", lost: 1n, prev: null, next: null }]);
});

Deno.test("a hole behind a jump is overwritten, but for what may have been refused", () => {
  const account = accountWith({ full: 2n, tooBig: 1n, missed: 0n });
  account.pass(entry(0n));
  account.jump();
  account.pass(entry(11n));
  assertEquals([account.lost.overwritten, account.lost.mixed], [7n, 3n]);
  assertEquals(account.takeGaps().map(({ cause, lost }) => [cause, lost]), [["overwritten", 7n], [
    "mixed",
    3n,
  ]]);
  account.pass(entry(13n));
  assertEquals(account.lost.mixed, 4n, "the counters explain nothing any more");
});

Deno.test("a jump that has missed nothing says nothing about the next hole", () => {
  const account = accountWith({ full: 2n, tooBig: 0n, missed: 0n });
  account.pass(entry(0n));
  account.jump();
  account.pass(entry(1n));
  account.pass(entry(4n));
  assertEquals([account.lost.overwritten, account.lost.lost_full], [0n, 2n]);
});
