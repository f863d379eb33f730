import { assertEquals } from "@std/assert";
import type { Row } from "../../../stress/oracle/captured.ts";
import { checkCauses, checkContexts, readEntries } from "./check_entries.ts";
import { parseAccount } from "./module_account.ts";
import { readEntry } from "./written_entry.ts";

/** A row as module/payload.c fills one: written by attempt 7 of softirqs on processor 2, inside of thread's 3. */
function softirqRow(changes: Partial<Row> = {}, length = 48): Row {
  const payload = new Uint8Array(length);
  const view = new DataView(payload.buffer);
  view.setUint32(0, 0x54534554, true);
  payload.set([1, 1], 4);
  view.setUint16(6, 2, true);
  view.setBigUint64(8, 7n, true);
  view.setBigUint64(16, 3n, true);
  view.setUint32(32, length, true);
  const seed = 7 * 167 + 1 * 59 + 2 * 101;
  for (let at = 40; at < length; at++) payload[at] = seed + at * 13;
  let sum = 0x811c9dc5;
  for (const byte of payload) sum = Math.imul(sum ^ byte, 0x01000193);
  view.setUint32(36, sum, true);
  const place = { idx: 20, seq: 10, ticks: 0n, processor: 2, pid: 0, tid: 0 };
  return { ...place, type: 1, remarks: 7, kind: 1, severity: 2, flags: 8, payload, ...changes };
}

Deno.test("an entry of the test module is read with whom it interrupted", () => {
  assertEquals(readEntry(softirqRow()), {
    form: "data",
    context: "softirq",
    processor: 2,
    number: 7,
    outer: { context: "thread", number: 3 },
    chain: 0,
    step: 0,
  });
});

Deno.test("each changed byte of a payload is found", () => {
  const { payload } = softirqRow();
  const missed = [...payload.keys()].filter((at) => {
    const changed = payload.slice();
    changed[at]! ^= 1;
    return typeof readEntry(softirqRow({ payload: changed })) !== "string";
  });
  assertEquals(missed, []);
});

Deno.test("a header that says something else than its payload is found", () => {
  const changes: Partial<Row>[] = [
    { processor: 1 },
    { flags: 0 },
    { flags: 16 },
    { flags: 8 | 32 },
    { type: 0 },
    { remarks: 8 },
    { severity: 3 },
  ];
  assertEquals(changes.filter((change) => typeof readEntry(softirqRow(change)) !== "string"), []);
});

Deno.test("an entry before the one that it interrupted is found, and one that its account does not know", () => {
  const inner = { ...softirqRow(), idx: 5, seq: 9 };
  const text = new TextEncoder().encode("context 0 processor 2 number 3 twice 6");
  const outer = softirqRow({ kind: 0, payload: text, idx: 6, seq: 8, flags: 0, type: 0 });
  const { entries, findings } = readEntries([inner, outer]);
  assertEquals(findings, []);
  assertEquals(checkCauses(entries).findings.length, 1);
  const columns =
    "processor context attempts written discarded full too_big off not_open other data text event " +
    "nested_in_call nested_in_entry depth_max";
  const accounts = parseAccount(
    `${columns}\n2 thread 9 1 0 0 0 0 0 0 0 1 0 0 0 1\n2 softirq 9 2 0 0 0 0 0 0 2 0 0 1 1 2\n`,
  );
  assertEquals(checkContexts(entries, accounts, false), []);
  assertEquals(checkContexts(entries, accounts, true), [
    "softirq of processor 2: 1 entries of data, it wrote 2",
  ]);
});
