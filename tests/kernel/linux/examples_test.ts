/**
 * The example modules in a real kernel: what they log against what they, the kernel and tshark count.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { type CapturedEntry, readEntries } from "../../support/captured_events.ts";
import { runTool } from "./harness/guest_error.ts";
import { EXAMPLES } from "./record/guest_files.ts";
import { ringscope } from "./record/image_capture.ts";
import { KernelBoot } from "./record/kernel_boot.ts";
import { readRoles } from "./record/site_roles.ts";

const KIND_TEXT = 0, KIND_DATA = 1;
const BEGIN = 1, END = 2;
const TYPE_IP_PACKET = 101;

/** The files are small and the rings large: nothing is lost. Where \`maybe\` is asked, its ticks have to go on whatever is loaded. */
const SCRIPT = `
cd /
maybe() { cat /sys/module/ringscope_maybe/parameters/$1; }
wait_ticks() { local until=$(($(maybe ticks) + $1)); while [ $(maybe ticks) -lt $until ]; do sleep 0.05; done; }
is() { [ "$2" "$3" "$4" ] && verdict ok "$1" || verdict failed "$1" "$2 $3 $4"; }

insmod /modules/ringscope_maybe.ko
wait_ticks 3; is "without ringscope.ko nothing is logged" $(maybe logged) -eq 0
insmod /modules/ringscope.ko
rings make default 16777216
wait_ticks 3; is "what is loaded afterwards is found" $(maybe logged) -ge 2

insmod /modules/ringscope_hello.ko && rmmod ringscope_hello

insmod /modules/ringscope_ram.ko
mke2fs /dev/ringscope_ram > /dev/null && mkdir /mnt && mount -t ext4 /dev/ringscope_ram /mnt && verdict ok "a filesystem is made on it"
dd if=/dev/urandom of=/mnt/file bs=64k count=20 2> /dev/null
sync
sha256sum /mnt/file > /out/sum.written
umount /mnt
echo 3 > /proc/sys/vm/drop_caches
mount -t ext4 /dev/ringscope_ram /mnt && sha256sum /mnt/file > /out/sum.read
cp /mnt/file /tmp/file
umount /mnt
echo 40 > /sys/module/ringscope_ram/parameters/bad_sector
dd if=/dev/ringscope_ram of=/dev/null bs=4k count=8 iflag=direct 2> /out/bad.txt && verdict failed "a bad sector fails"
echo 18446744073709551615 > /sys/module/ringscope_ram/parameters/bad_sector
dd if=/dev/ringscope_ram of=/dev/null bs=4k count=8 iflag=direct 2> /dev/null && verdict ok "a sector that is good again is read"
(cd /sys/kernel/debug/ringscope_ram && grep . *) > /out/ram.txt
rmmod ringscope_ram

insmod /modules/ringscope_packets.ko
ping -c 3 -i 0.1 127.0.0.1 > /dev/null
ping6 -c 2 -i 0.1 ::1 > /dev/null
httpd -p 127.0.0.1:8080 -h /tmp
wget -q -O /tmp/fetched http://127.0.0.1:8080/file && cmp /tmp/file /tmp/fetched && verdict ok "the network works with the hook in it"
# Packets come until both ends of a connection are closed; then there are listeners (0A) and what waits for nothing any more (06).
while awk 'NR > 1 && $4 != "0A" && $4 != "06"' /proc/net/tcp | grep -q .; do sleep 0.05; done
(cd /sys/kernel/debug/ringscope_packets && grep . *) > /out/packets.txt
rmmod ringscope_packets
# An image of rings that somebody writes to at the same time would be one of no moment.
rings stop default
rings copy default /out/default.img

rmmod ringscope && verdict ok "ringscope.ko goes while a module logs that does not depend on it"
logged=$(maybe logged)
wait_ticks 3; is "then nothing more is logged" $(maybe logged) -eq $logged
for n in 1 2 3 4 5 6 7 8; do insmod /modules/ringscope.ko; rings make default 65536; wait_ticks 1; rmmod ringscope || verdict failed "unloads again"; done
insmod /modules/ringscope.ko
rings make other 1048576
rings make default 1048576
logged=$(maybe logged)
wait_ticks 3; is "one that is loaded again is found again" $(maybe logged) -ge $(($logged + 2))
rmmod ringscope_maybe && insmod /modules/ringscope_maybe.ko
wait_ticks 3; is "one that was loaded before is found" $(maybe logged) -ge 2
rings stop default
rings copy default /out/again.img
rmmod ringscope_maybe
rmmod ringscope
insmod /modules/ringscope_maybe.ko && rmmod ringscope_maybe && verdict ok "it comes and goes alone"
`;
const VERDICTS = 10;

const boot = await KernelBoot.plan({
  script: SCRIPT,
  kernelModules: ["crc32c_generic", "ext4"],
  // Whatever is freed twice or used afterwards is found where it happens.
  commandLine: "slub_debug=FZP",
  timeoutMs: 900_000,
});
let made: Promise<{ folder: string; entries: CapturedEntry[]; roles: Map<number, number> }> | undefined;

/** What was logged up to the first unloading of ringscope.ko; drained once, when the first test asks. */
function recorded() {
  return made ??= (async () => {
    const folder = await boot.capture("default");
    return { folder, entries: await readEntries(folder), roles: await readRoles(folder) };
  })();
}

/** Counters of a module, as `grep . *` shows them: `name:7`. */
async function counters(name: string): Promise<(counter: string) => number> {
  const lines = (await boot.text(`${name}.txt`)).trim().split("\n");
  const found = new Map(lines.map((line) => [line.split(":")[0], Number(line.split(":")[1])]));
  return (counter) => found.get(counter) ?? NaN;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

boot.test("the examples run to the end of the guest, without a complaint of its kernel", async () => {
  const run = await boot.run();
  assertEquals({ end: run.end, faults: run.faults }, { end: "done", faults: [] });
  assertEquals(run.verdicts.filter(({ ok }) => !ok), []);
  assertEquals(run.verdicts.length, VERDICTS);
});

boot.test("hello says hello and goodbye", async () => {
  const texts = (await recorded()).entries.filter(({ row }) => row.kind === KIND_TEXT).map(({ message }) =>
    message
  );
  const hello = texts.findIndex((text) => /^hello from ringscope_hello on processor [01]$/.test(text));
  assert(hello >= 0 && texts.indexOf("goodbye") > hello, texts.slice(0, 5).join("\n"));
});

boot.test("the block device keeps what was written to it", async () => {
  assertEquals(await boot.text("sum.read"), await boot.text("sum.written"));
});

boot.test("each request of the block device begins, ends and is completed, with the bytes that it counts", async () => {
  const { entries, roles } = await recorded();
  const counted = await counters("ram");
  const requests = entries.filter(({ event }) => event === "ram_request");
  const begins = requests.filter(({ row }) => roles.get(row.type) === BEGIN);
  const ends = requests.filter(({ row }) => roles.get(row.type) === END);
  const completed = entries.filter(({ event }) => event === "ram_complete");
  assertEquals([begins.length, ends.length, completed.length], Array(3).fill(counted("requests")));
  // In a thread a request ends before the next one begins, so the two lists are in the same order.
  const byThread = (list: CapturedEntry[]) =>
    list.toSorted(({ row: a }, { row: b }) => a.tid - b.tid || a.idx - b.idx);
  const pairs = byThread(begins).map((begin, at) => ({ begin, end: byThread(ends)[at]! }));
  const done = (operation: string) =>
    pairs.filter(({ begin, end }) =>
      begin.message.startsWith(`op=${operation} `) && end.message === "status=0"
    );
  const bytes = (operation: string) =>
    sum(done(operation).map(({ begin }) => Number(/bytes=(\d+)/.exec(begin.message)![1])));
  assertEquals([bytes("READ"), bytes("WRITE")], [counted("read_bytes"), counted("written_bytes")]);
  assertEquals(done("FLUSH").length, counted("flushes"));
  assert(bytes("WRITE") > 20 * 65536 && done("FLUSH").length > 0, `${bytes("WRITE")} bytes written`);
});

boot.test("a bad sector is an error in the log, in the request's end and for whoever reads it", async () => {
  const { entries } = await recorded();
  const counted = await counters("ram");
  const texts = entries.filter(({ row }) => row.kind === KIND_TEXT && row.severity === 5);
  const failed = entries.filter(({ event, message }) =>
    event === "ram_request" && message === "status=-ENODATA"
  );
  assert(counted("errors") > 0);
  assertEquals([texts.length, failed.length], [counted("errors"), counted("errors")]);
  assertEquals(
    new Set(texts.map(({ message }) => message)),
    new Set(["ringscope_ram: sector 40 cannot be read: it is the bad one"]),
  );
  assertMatch(await boot.text("bad.txt"), /No data available|error/);
});

boot.test("every received packet is in the capture, and tshark reads as many and as long ones as the hook has counted", async () => {
  const { folder, entries } = await recorded();
  const counted = await counters("packets");
  const packets = entries.filter(({ row }) => row.kind === KIND_DATA && row.type === TYPE_IP_PACKET);
  assertEquals([counted("refused_packets"), counted("refused_bytes")], [0, 0]);
  assertEquals(packets.length, counted("packets"));
  assertEquals(sum(packets.map(({ row }) => row.payload.length)), counted("bytes"));

  const file = join(boot.dir, "packets.pcapng");
  await ringscope(
    "export",
    "--dir",
    boot.dir,
    folder,
    "--format",
    "pcapng",
    "--type",
    "101",
    "--link-type",
    "raw",
    "-o",
    file,
  );
  const fields = ["frame.len", "frame.cap_len", "_ws.col.Protocol", "_ws.malformed"].flatMap((
    field,
  ) => ["-e", field]);
  const read = new TextDecoder().decode(
    await runTool(["tshark", "-n", "-r", file, "-T", "fields", ...fields], "read the packets", {
      package: "tshark",
    }),
  );
  const frames = read.replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  assertEquals(frames.length, counted("packets"));
  assertEquals(sum(frames.map(([length]) => Number(length))), counted("bytes"));
  assertEquals(frames.filter(([length, kept, , malformed]) => length !== kept || malformed !== ""), []);
  const protocols = Map.groupBy(frames, ([, , protocol]) => protocol!);
  assertEquals([protocols.get("ICMP")?.length, protocols.get("ICMPv6")?.length], [6, 4]);
  assert(protocols.has("TCP") && protocols.has("HTTP"), [...protocols.keys()].join(" "));
  // A file of 1.3 MB came through as packets of many pages each.
  assert(packets.some(({ row }) => row.payload.length > 20_000));
});

boot.test("a module with ringscope_embed.h depends on nothing", async () => {
  const depends = async (name: string) =>
    new TextDecoder().decode(
      await runTool(
        ["/sbin/modinfo", "-F", "depends", join((await boot.files()).examples, `ringscope_${name}.ko`)],
        "ask for dependencies",
        { package: "kmod" },
      ),
    ).trim();
  assertEquals(await Promise.all(EXAMPLES.map(depends)), ["ringscope", "ringscope", "ringscope", ""]);
});

boot.test("its events are the same after ringscope.ko was loaded again", async () => {
  const { entries } = await recorded();
  const again = await readEntries(await boot.capture("again"));
  for (const list of [entries, again]) {
    const ticks = list.filter(({ event }) => event === "maybe_tick");
    assert(ticks.length >= 2);
    for (const { message, row } of ticks) {
      assertMatch(message, /^tick=\d+ logged=\d+$/);
      assertEquals(row.flags, 8);
    }
  }
  assert(again.some(({ message }) => message === "ticking"));
});
