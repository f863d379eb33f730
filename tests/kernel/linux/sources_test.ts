/**
 * What ringscope.ko records of the kernel by itself, in a real kernel, against what that kernel records of itself.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Row } from "../../stress/oracle/captured.ts";
import { readEntries } from "../../support/captured_events.ts";
import { ringscope } from "./record/image_capture.ts";
import { KernelBoot } from "./record/kernel_boot.ts";
import { type KmsgRecord, readKmsg } from "./record/kmsg_records.ts";
import { printedLines } from "./record/printed_lines.ts";
import { findSameEvents } from "./record/same_events.ts";
import { readRoles } from "./record/site_roles.ts";
import { readTrace } from "./record/trace_lines.ts";
import { TRACED, tracedEntries, tracedLines } from "./record/traced_events.ts";

const PROCESSORS = 2;
const TRACEFS = "/sys/kernel/tracing";
const switchEvents = (on: number) =>
  Object.entries(TRACED).map(([name, folder]) => `echo ${on} > ${TRACEFS}/events/${folder}/${name}/enable`)
    .join("\n");
const KIND_TEXT = 0;
/** RS_FLAG_NMI of driver/include/rs_abi.h. */
const FLAG_NMI = 32;
/** Of a call site. */
const END = 2;
/** Of the levels of syslog(3), from emerg to debug, as driver/kmsg/README.md has them. */
const SEVERITIES = [6, 6, 6, 5, 4, 3, 3, 2];

/** The tracer is on before the sources are and until after, so that what these record is in the middle of what it does. */
const SCRIPT = `
cd /
work() {
  dd if=/dev/ringscope_ram of=/dev/null bs=16k count=64
  dd if=/dev/urandom of=/dev/ringscope_ram bs=64k count=8 conv=fsync
  dd if=/dev/vda of=/dev/null bs=64k count=32
  # One request and one interrupt each, however fast the disk is.
  dd if=/dev/vda of=/dev/null bs=64k count=32 iflag=direct
  ping -c 5 -i 0.05 127.0.0.1 > /dev/null
  for n in 1 2 3 4 5 6 7 8; do (sleep 0.01) & done; wait
}
insmod /modules/ringscope.ko && insmod /modules/ringscope_ram.ko
rings make events 16777216
echo mono > ${TRACEFS}/trace_clock
echo 16384 > ${TRACEFS}/buffer_size_kb
${switchEvents(1)}
cat /proc/softirqs > /out/softirqs.outer.begin
rings sources events ${Object.keys(TRACED).join(" ")} && verdict ok "all tracepoints are there"
cat /proc/softirqs > /out/softirqs.inner.begin
work > /dev/null 2>&1
cat /proc/softirqs > /out/softirqs.inner.end
rings sources events
cat /proc/softirqs > /out/softirqs.outer.end
${switchEvents(0)}
cat ${TRACEFS}/trace > /out/trace.txt
cat ${TRACEFS}/per_cpu/cpu*/stats > /out/trace_stats.txt
rings copy events /out/events.img

rings make log 4194304
rings sources log kmsg
echo "<5>record begins" > /dev/kmsg
# At least so many, and as long as there are too few of them.
nmis() { sleep 0.25; ask nmi 5; }
(for n in 1 2 3 4 5 6 7 8 9 10 11 12; do nmis; done; until [ -e /tmp/printed ]; do nmis; done) &
insmod /modules/rs_printer.ko lines=1500 wanted_nmis=20
touch /tmp/printed
wait
sleep 0.5
echo "<3>record ends" > /dev/kmsg
rings sources log
echo "<5>not recorded" > /dev/kmsg
rings copy log /out/log.img
kmsg /out/kmsg.bin

rings sources log sys_enter kmsg
rings sources events sys_enter 2> /out/taken.txt && verdict failed "a source of another set is refused"
work > /dev/null 2>&1 &
for n in 1 2 3 4 5 6 7 8 9 10; do rings sources events sched_switch softirq_entry softirq_exit; rings sources events; rings stop log; rings start log; rings sources log sys_enter sys_exit kmsg; done
rmmod ringscope_ram 2> /dev/null
wait
rmmod ringscope_ram 2> /dev/null
rings sources events sched_switch irq_handler_entry block_rq_issue
rmmod ringscope && verdict ok "the module goes while sources are on" || verdict failed "the module goes while sources are on"
work > /dev/null 2>&1
echo "<5>after" > /dev/kmsg
`;

const boot = await KernelBoot.plan({
  script: SCRIPT,
  processors: PROCESSORS,
  // The kernel changes its own code where a tracepoint is switched: QEMU 7.2 may let processors that run at once trap there for ever.
  takesTurns: true,
  // Whatever is freed twice or used afterwards is found where it happens.
  commandLine: "log_buf_len=4M slub_debug=FZP",
  timeoutMs: 900_000,
});
const capture = (name: "events" | "log") => boot.capture(name);

boot.test("a guest with all sources runs to its end, without a complaint of its kernel", async () => {
  const run = await boot.run();
  assertEquals({ end: run.end, faults: run.faults }, { end: "done", faults: [] });
  assertEquals(run.verdicts.filter(({ ok }) => !ok), []);
  assertEquals(run.verdicts.length, 2);
});

boot.test("every tracepoint has the events that the kernel's tracer has, in its order and with its fields", async () => {
  const stats = await boot.text("trace_stats.txt");
  assertEquals([...stats.matchAll(/^(?:overrun|dropped events): (?!0$).*$/gm)].map(([line]) => line), []);
  const folder = await capture("events");
  const ours = tracedEntries(await readEntries(folder), await readRoles(folder));
  const theirs = tracedLines(readTrace(await boot.text("trace.txt")));
  const seen = new Set<string>();
  for (const [key, events] of ours) {
    const { before, difference } = findSameEvents(theirs.get(key) ?? [], events);
    assert(before !== null, `${key}: ${difference}`);
    seen.add(key.split(" ")[0]!);
  }
  assertEquals([...seen].toSorted(), Object.keys(TRACED).toSorted());
  const total = [...ours.values()].reduce((sum, { length }) => sum + length, 0);
  assert(total > 2000, `only ${total} events were compared`);
});

/** Softirqs so far, by `VECTOR processor`. */
async function readSoftirqs(name: string): Promise<Map<string, number>> {
  const lines = (await boot.text(`softirqs.${name}`)).trimEnd().split("\n").slice(1);
  return new Map(lines.flatMap((line) => {
    const [vector = "", ...counts] = line.trim().split(/\s+/);
    return counts.map((count, processor) => [`${vector.slice(0, -1)} ${processor}`, Number(count)] as const);
  }));
}

boot.test("softirqs are as many as the kernel has counted", async () => {
  const ours = new Map<string, number>();
  const roles = await readRoles(await capture("events"));
  for (const { event, row, message } of await readEntries(await capture("events"))) {
    if (event !== "softirq" || roles.get(row.type) !== 1) continue;
    const key = `${/action=(\w+)/.exec(message)?.[1]} ${row.processor}`;
    ours.set(key, (ours.get(key) ?? 0) + 1);
  }
  const [outerBegin, innerBegin, innerEnd, outerEnd] = await Promise.all(
    ["outer.begin", "inner.begin", "inner.end", "outer.end"].map(readSoftirqs),
  );
  for (const [key, begin] of outerBegin!) {
    const [least, most] = [innerEnd!.get(key)! - innerBegin!.get(key)!, outerEnd!.get(key)! - begin];
    const count = ours.get(key) ?? 0;
    assert(
      least <= count && count <= most,
      `${key}: ${count} events, /proc/softirqs counted ${least} to ${most}`,
    );
  }
  assert((ours.get("NET_RX 0") ?? 0) + (ours.get("NET_RX 1") ?? 0) > 0);
});

/** Where it ends, too. */
const placeOf = (event: string, { tid, processor }: Row) =>
  `${event} ${event === "syscall" ? tid : processor}`;

/**
 * Whether something ended before this began, and something after it, in the same place. What ends is switched on after what begins, and one
 * may take long: outside of that there are begins without an end, as many as there is time for. A task that ends does so in a system call.
 */
function isAmongEnds(
  ends: ReadonlyMap<string, readonly { readonly row: Row }[]>,
  event: string,
  begin: Row,
): boolean {
  const there = ends.get(placeOf(event, begin)) ?? [];
  return there.some(({ row }) => row.idx < begin.idx) && there.some(({ row }) => row.idx > begin.idx);
}

boot.test("handlers, softirqs, requests and system calls are spans with durations", async () => {
  const entries = await readEntries(await capture("events"));
  const roles = await readRoles(await capture("events"));
  const ends = Map.groupBy(
    entries.flatMap(({ event, row }) =>
      event !== null && roles.get(row.type) === END ? [{ event, row }] : []
    ),
    ({ event, row }) => placeOf(event, row),
  );
  const query =
    "SELECT name, begin_idx::INTEGER AS begin_idx, end_idx::INTEGER AS end_idx, dur_ns::DOUBLE AS dur_ns FROM spans";
  const spans: { name: string; begin_idx: number; end_idx: number | null; dur_ns: number | null }[] = JSON
    .parse(
      await ringscope("sql", "--dir", boot.dir, "events", query, "--json"),
    );
  const byName = Map.groupBy(spans, ({ name }) => name);
  assertEquals([...byName.keys()].toSorted(), ["block_rq", "irq_handler", "softirq", "syscall"]);
  const rows = new Map(entries.map(({ row }) => [row.idx, row]));
  for (const [name, all] of byName) {
    const open = all.filter(({ dur_ns }) => dur_ns === null || dur_ns < 0);
    assert(all.length - open.length > 10, `${name}: only ${all.length - open.length} of ${all.length} ended`);
    // What is under way when the sources are switched off has no end.
    if (name === "block_rq") {
      assert(open.length <= PROCESSORS, `${open.length} requests did not end`);
      continue;
    }
    const lost = open.filter(({ begin_idx }) => isAmongEnds(ends, name, rows.get(begin_idx)!));
    assertEquals(lost, [], name);
  }
  const isElsewhere = byName.get("block_rq")!.filter(({ begin_idx, end_idx }) =>
    end_idx !== null && rows.get(begin_idx)!.tid !== rows.get(end_idx)!.tid
  );
  assert(
    isElsewhere.length > 0,
    "no request ended in another thread than it began: nothing was joined by number",
  );
});

boot.test("events carry the context that they are written in", async () => {
  const flags = new Map<string, Set<number>>();
  for (const { event, row } of await readEntries(await capture("events"))) {
    if (event !== null) flags.set(event, (flags.get(event) ?? new Set()).add(row.flags));
  }
  assertEquals(
    ["irq_handler", "softirq", "syscall", "sched_switch"].map((name) => [...flags.get(name)!]),
    [[16], [8], [0], [0]],
  );
});

/** Behind the second mark there may be what an NMI that came late has printed before the source was off. */
function betweenMarks<T extends { readonly text: string }>(lines: readonly T[]): T[] {
  const at = (mark: string) => lines.findIndex(({ text }) => text === mark);
  return lines.slice(at("record begins"), at("record ends") + 1);
}

/** What the source and the kernel have between the two marks, by the same words. */
async function logs(): Promise<{ ours: ReturnType<typeof printedLines>; theirs: KmsgRecord[] }> {
  const entries = (await readEntries(await capture("log"))).filter(({ row }) => row.kind === KIND_TEXT);
  const records = readKmsg(await Deno.readFile(await boot.output("kmsg.bin")));
  const lines = printedLines(entries);
  assertEquals(lines.filter(({ text }) => text === "not recorded"), []);
  const theirs = betweenMarks(records);
  assertEquals(theirs.at(-1)!.seq - theirs[0]!.seq, theirs.length - 1, "the kernel has overwritten records");
  return { ours: betweenMarks(lines), theirs };
}

boot.test("the kernel's log has the same lines and levels as /dev/kmsg", async () => {
  const { ours, theirs } = await logs();
  const key = (line: { severity: number; facility: number; text: string }) =>
    `${line.severity} ${line.facility} ${line.text}`;
  const named = theirs.map((record) => ({ ...record, severity: SEVERITIES[record.level]! }));
  assertEquals(ours.map(key).toSorted(), named.map(key).toSorted());
  assert(ours.length > 3000, `only ${ours.length} lines`);
});

boot.test("its lines are in the order of /dev/kmsg where nobody else prints", async () => {
  const { ours, theirs } = await logs();
  // An NMI may come within another line, whose place it takes in one of the lists.
  const ofNmis = new Set(ours.filter(({ flags }) => (flags & FLAG_NMI) !== 0).map(({ text }) => text));
  const isLeftOut = ({ text }: { text: string }) => /^printer: thread/.test(text) || ofNmis.has(text);
  const order = (lines: readonly { text: string }[]) =>
    lines.filter((line) => !isLeftOut(line)).map(({ text }) => text);
  assertEquals(order(ours), order(theirs));
  for (let processor = 0; processor < PROCESSORS; processor++) {
    const numbers = ours.flatMap(({ text }) =>
      /^printer: thread (\d+) line (\d+)/.exec(text)?.slice(1).map(Number) ?? []
    ).filter((_, at, all) => at % 2 === 1 && all[at - 1] === processor);
    assertEquals(numbers, numbers.map((_, at) => at + 1));
    assert(numbers.length >= 1500);
  }
});

boot.test("lines from a softirq, a hard interrupt and NMIs say so, those within another line too", async () => {
  const { ours } = await logs();
  const flagsOf = (pattern: RegExp) =>
    new Set(ours.filter(({ text }) => pattern.test(text)).map(({ flags }) => flags));
  assertEquals(
    [/in a softirq/, /in a hard interrupt/, /: nmi \d/, /: thread/, /: level/].map((
      pattern,
    ) => [...flagsOf(pattern)]),
    [[8], [16], [32], [0], [0]],
  );
  const nmis = ours.filter(({ text }) => /: nmi \d/.test(text)).length;
  const done = ours.find(({ text }) => text.startsWith("printer: done"));
  assertEquals(done?.text, `printer: done, nmis=${nmis} error=0`);
  assert(nmis > 10, `only ${nmis} NMIs came`);
});

boot.test("a source belongs to one set, and says so", async () => {
  assertEquals(
    await boot.text("taken.txt"),
    "rings: sources of events: Device or resource busy\n",
  );
});
