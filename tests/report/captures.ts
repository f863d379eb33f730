/**
 * Captures for the tests of reports: one whose every number is known, one that was recorded badly, one that wants to take the page over.
 *
 * @module
 */
import { ArgumentType } from "../../runtime/events/argument_type.ts";
import { number } from "../../runtime/events/test_support.ts";
import { type CaptureInput, type EntryInput, makeBatch, makeGaps } from "../support/make_capture.ts";

const MS = 1_000_000;

/** A script that would be seen to have run. */
export const ATTACK = `<script>document.title="taken"</script><img src=x onerror="document.title='taken'">`;
/** Marks that turn and hide what follows. */
export const TURNED = "\u202etfel ot thgir\u202c \u2066isolated\u2069 \u200b\ufeff\x1b[31mred\0";

const SITES = new Map([
  [1, {
    name: "disk_request",
    role: 1,
    format: "tag=%d",
    arguments: [{ type: ArgumentType.i32, key: "tag" }],
  }],
  [2, { name: "disk_request", role: 2, format: "" }],
]);

/**
 * Ten requests, one each 10 ms, on two processors in turn. The n-th takes (n + 1) · `slower` ms; a warning follows the fifth, an error
 * the eighth.
 */
export function known(slower = 1): CaptureInput {
  const entries: Omit<EntryInput, "idx" | "seq">[] = [];
  for (let n = 0; n < 10; n++) {
    const processor = n % 2, begin = 10 * MS * n;
    const of = { processor, pid: 7, tid: 8 + processor };
    entries.push({ ...of, ticks: begin, kind: "event", type: 1, payload: Uint8Array.from(number(n, 4)) });
    entries.push({
      ...of,
      ticks: begin + (n + 1) * slower * MS,
      kind: "event",
      type: 2,
      payload: new Uint8Array(0),
    });
    if (n === 4) entries.push({ ...of, ticks: begin + 9 * MS, severity: 4, payload: "queue 3 is slow" });
    if (n === 7) entries.push({ ...of, ticks: begin + 9 * MS, severity: 5, payload: "request 7 failed: -5" });
  }
  const inOrder = entries.sort((a, b) => Number(a.ticks) - Number(b.ticks));
  const seqs = [0, 0];
  const rows = inOrder.map((entry, idx) => ({ ...entry, idx, seq: seqs[entry.processor ?? 0]!++ }));
  const counters = [0, 1].map((processor) => ({
    processor,
    attempts: seqs[processor]!,
    read: seqs[processor]!,
    capacity_bytes: 65536,
    used_bytes: processor * 16384,
  }));
  return {
    sites: SITES,
    logs: [[makeBatch(rows, { counters })]],
    writeCost: [{ processor: 0, bucket: 6, writes: 3n }, { processor: 1, bucket: 7, writes: 1n }],
  };
}

/** Entries 0, 1 and 7 of a ring that was full between. */
export function lossy(): CaptureInput {
  const rows = [[0, 0], [1, 1], [2, 7]].map(([idx, seq]) => ({
    idx: idx!,
    seq: seq!,
    ticks: seq! * MS,
    payload: `entry ${seq}`,
  }));
  return {
    logs: [[makeBatch(rows, {
      counters: [{ processor: 0, attempts: 8, read: 3, lost_full: 5, capacity_bytes: 65536 }],
    })]],
    gaps: [makeGaps([{
      cause: "lost_full",
      lost: 5,
      prev: { seq: 1, idx: 1, ticks: MS },
      next: { seq: 7, idx: 2, ticks: 7 * MS },
    }], 0)],
  };
}

/** Everything that a program or a folder can name tries to break out. */
export function hostile(): CaptureInput {
  const sites = new Map([
    [1, { name: "attack", role: 1, format: ATTACK }],
    [2, { name: "attack", role: 2, format: `${ATTACK} ]]>` }],
  ]);
  const texts = [
    ATTACK,
    TURNED,
    `"><svg onload=alert(1)> ' \` ]]> --> </script></style></title></details> ns=5000`,
    `{{constructor.constructor('alert(1)')()}} ns=7000 ${ATTACK}`,
    "x".repeat(400_000),
    "\u202e".repeat(100_000),
    "",
  ];
  const entries: EntryInput[] = [
    { idx: 0, seq: 0, ticks: 0, kind: "event", type: 1, payload: new Uint8Array(0) },
    ...texts.map((payload, at) => ({
      idx: at + 1,
      seq: at + 1,
      ticks: MS * (at + 1),
      severity: 1 + at % 6,
      payload,
    })),
    { idx: 8, seq: 8, ticks: 9 * MS, kind: "event", type: 2, payload: new Uint8Array(0) },
    { idx: 9, seq: 9, ticks: 10 * MS, type: 1263681869, payload: `mark ${ATTACK}${TURNED}` },
  ];
  return {
    sites,
    logs: [[
      makeBatch(entries, { counters: [{ processor: 0, attempts: 10, read: 10, capacity_bytes: 65536 }] }),
    ]],
    info: {
      host: ATTACK,
      os: TURNED,
      arch: `"${ATTACK}`,
      mode: ATTACK,
      version: ATTACK,
      warnings: [`${ATTACK} ${TURNED}`],
    },
  };
}

/** As many rings as a large machine has, each with an entry or two. */
export function manyProcessors(count: number): CaptureInput {
  const rows = Array.from({ length: 2 * count }, (_, idx) => ({
    idx,
    seq: Math.floor(idx / count),
    processor: idx % count,
    ticks: MS * idx,
    payload: `tick ${idx}`,
  }));
  const counters = Array.from({ length: count }, (_, processor) => ({
    processor,
    attempts: 2,
    read: 2,
    capacity_bytes: 65536,
    used_bytes: processor,
  }));
  return { logs: [[makeBatch(rows, { counters })]], info: { processors: count } };
}
