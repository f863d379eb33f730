/**
 * Unmodified programs, recorded for real: what they see does not change, and what they do is in the capture.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { buildProgram, ensureBuilt } from "../../runtime/build/build.ts";
import { record, type RecordResult } from "../../runtime/capture/record.ts";
import { CaptureEvents } from "../../runtime/events/capture_events.ts";
import { type CapturedEntry, readEntries } from "../../tests/support/captured_events.ts";

const DEBUG = 2, WARN = 4;

interface Entry {
  readonly pid: number;
  readonly tid: number;
  readonly severity: number;
  /** Without the duration, which the test cannot know. */
  readonly text: string;
  /** Number of the call site. */
  readonly site: number;
  /** The name of the event. */
  readonly event: string;
  /** The columns of the event's table that are not null, without the duration. */
  readonly values: CapturedEntry["values"];
}

/** A folder with what a program is recorded into. */
async function makePlace(): Promise<{ readonly folder: string } & AsyncDisposable> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "ringscope-preload-" }));
  await Deno.mkdir(join(folder, "work"));
  return { folder, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

function callsProgram(): Promise<string> {
  return buildProgram({
    name: "tests/preload_calls",
    sources: [fromFileUrl(new URL("./testdata/calls.c", import.meta.url))],
    // Looking up a symbol on its first call would be most of what a handler uses of its stack.
    flags: ["-Wl,-z,now"],
  });
}

/** A call; nothing where it is told of a process itself, which is another test's. */
function callOf({ row, event, message, values }: CapturedEntry): Entry[] {
  if (event === null) {
    assertMatch(message, /^(start|end) /);
    return [];
  }
  const { ns, ...others } = values;
  assert(typeof ns === "bigint" && ns > 0n);
  assert(message.startsWith(`${event} `) && message.endsWith(` ns=${ns}`), message);
  const { pid, tid, severity, type: site } = row;
  return [{ pid, tid, severity, site, event, values: others, text: message.replace(/ ns=\d+$/, "") }];
}

/** Records a program in the place's folder `work`. */
async function recordCalls(
  folder: string,
  program: string,
  args: readonly string[],
): Promise<{ result: RecordResult; entries: Entry[] }> {
  const command = { program, args, cwd: join(folder, "work"), preload: true, stdout: "stderr" } as const;
  const result = await record({ dir: join(folder, "captures"), command });
  assertEquals([result.complete, result.balanced, result.lost, result.warnings], [true, true, 0, []]);
  return { result, entries: (await readEntries(result.path)).flatMap(callOf) };
}

/** What a program prints when it is not recorded. */
async function runPlain(folder: string, program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args: [...args], cwd: join(folder, "work") }).output();
  return new TextDecoder().decode(stdout);
}

/** A program under the capture, with its output kept: the shell writes it to a file. */
async function recordOutput(folder: string, program: string, scene: string): Promise<[string, Entry[]]> {
  const out = join(folder, "out");
  const { entries } = await recordCalls(folder, "sh", ["-c", `exec "$0" "$1" > "$2"`, program, scene, out]);
  return [await Deno.readTextFile(out), entries];
}

for (const scene of ["files", "wild", "sockets", "processes", "cancel", "stack"]) {
  Deno.test(`a program that makes calls on ${scene} sees the same results and errno recorded and not`, async () => {
    await using place = await makePlace();
    const program = await callsProgram();
    const [seen] = await recordOutput(place.folder, program, scene);
    assertEquals(seen, await runPlain(place.folder, program, [scene]));
    assert(seen.length > 25);
  });
}

Deno.test("calls on files are logged with path, flags, bytes, result and errno", async () => {
  await using place = await makePlace();
  const { entries, result } = await recordCalls(place.folder, await callsProgram(), ["files", "3"]);
  assertEquals(result.commandStatus, { code: 3, signal: null });
  assertEquals(entries.map(({ severity, text }) => [severity, text]), [
    [DEBUG, 'open path="a.txt" flags=O_RDWR|O_CLOEXEC|O_CREAT|O_TRUNC mode=0640 result=3'],
    [DEBUG, "write fd=3 bytes=10 result=10"],
    [DEBUG, "pwrite fd=3 bytes=2 offset=8 result=2"],
    [DEBUG, "pread fd=3 bytes=16 offset=4 result=6"],
    [DEBUG, "readv fd=3 bytes=8 result=8"],
    [DEBUG, "writev fd=3 bytes=8 result=8"],
    [DEBUG, "fsync fd=3 result=0"],
    [DEBUG, "fdatasync fd=3 result=0"],
    [DEBUG, "close fd=3 result=0"],
    [WARN, "close fd=3 result=-1 errno=EBADF"],
    [DEBUG, 'rename from="a.txt" to="b "b".txt" result=0'],
    [WARN, 'openat dirfd=AT_FDCWD path="b "b".txt" flags=O_RDONLY|O_DIRECTORY result=-1 errno=ENOTDIR'],
    [DEBUG, 'unlink path="b "b".txt" result=0'],
    [WARN, 'unlinkat dirfd=AT_FDCWD path="b.txt" result=-1 errno=ENOENT'],
    [DEBUG, 'fopen path="c.txt" mode="w" result=3'],
    [DEBUG, "fclose fd=3 result=0"],
  ]);
});

Deno.test("calls that are switched off are made as ever, and not logged", async () => {
  await using place = await makePlace();
  const program = await callsProgram();
  const switchOff = await buildProgram({
    name: "tests/preload_switch_off",
    sources: [fromFileUrl(new URL("./testdata/switch_off.c", import.meta.url))],
    libs: ["ringscope"],
  });
  const out = join(place.folder, "out");
  const command = `exec "$0" "*n*" "$1" files > "$2"`;
  const { entries } = await recordCalls(place.folder, "sh", ["-c", command, switchOff, program, out]);
  assertEquals(await Deno.readTextFile(out), await runPlain(place.folder, program, ["files"]));
  const events = entries.map(({ event }) => event);
  // Before it: how the shell opens the file for the output. No open, fsync, rename, unlink behind it.
  const own = events.slice(events.indexOf("write"));
  assertEquals(own, ["write", "pwrite", "pread", "readv", "writev", "close", "close", "fclose"]);
});

Deno.test("each key of a call is a column, and what it does not have is null", async () => {
  await using place = await makePlace();
  const { entries } = await recordCalls(place.folder, await callsProgram(), ["files"]);
  const of = (event: string) => entries.filter((entry) => entry.event === event).map(({ values }) => values);
  const path = 'b "b".txt';
  assertEquals(of("open"), [{
    path: "a.txt",
    flags: "O_RDWR|O_CLOEXEC|O_CREAT|O_TRUNC",
    mode: 0o640,
    result: 3n,
  }]);
  assertEquals(of("openat"), [{
    dirfd: -100n,
    dirfd_name: "AT_FDCWD",
    path,
    flags: "O_RDONLY|O_DIRECTORY",
    result: -1n,
    errno: 20,
    errno_name: "ENOTDIR",
  }]);
  assertEquals(of("rename"), [{ from: "a.txt", to: path, result: 0n }]);
  assertEquals(of("pread"), [{ fd: 3, bytes: 16n, offset: 4n, result: 6n }]);
  assertEquals(of("close"), [{ fd: 3, result: 0n }, { fd: 3, result: -1n, errno: 9, errno_name: "EBADF" }]);
  assertEquals(of("fopen"), [{ path: "c.txt", mode: "w", result: 3n }]);
});

Deno.test("pointers that lead nowhere are refused by the system and followed by nobody", async () => {
  await using place = await makePlace();
  const { entries, result } = await recordCalls(place.folder, await callsProgram(), ["wild"]);
  assertEquals(result.commandStatus, { code: 0, signal: null });
  assertEquals(entries.map(({ text }) => text), [
    'open path="(null)" flags=O_RDONLY result=-1 errno=EFAULT',
    'rename from="/" to="(null)" result=-1 errno=EFAULT',
    'rename from="missing/a" to="(null)" result=-1 errno=ENOENT',
    'unlink path="(null)" result=-1 errno=EFAULT',
    `open path="${"x".repeat(1024)}…" flags=O_RDONLY result=-1 errno=ENAMETOOLONG`,
    'open path="(null)" flags=O_RDONLY result=-1 errno=EFAULT',
    'openat dirfd=-1 path="x" flags=O_RDONLY result=-1 errno=EBADF',
    "read fd=0 bytes=0 result=0",
    "writev fd=-1 result=-1 errno=EBADF",
    "connect fd=-1 result=-1 errno=EBADF",
    "sendto fd=-1 bytes=1 result=-1 errno=EBADF",
    "sendmsg fd=-1 result=-1 errno=EBADF",
    "write fd=-1 bytes=1048576 result=-1 errno=EBADF",
  ]);
  const columns = (nth: number) => entries[nth]?.values;
  assertEquals(columns(0), { flags: "O_RDONLY", result: -1n, errno: 14, errno_name: "EFAULT" });
  assertEquals(columns(2), { from: "missing/a", result: -1n, errno: 2, errno_name: "ENOENT" });
  assertEquals(columns(4)?.["path"], `${"x".repeat(1024)}…(4096)`);
  assertEquals(columns(8), { fd: -1, result: -1n, errno: 9, errno_name: "EBADF" });
});

Deno.test("calls on sockets are logged with the peer, also where the program does not ask for it", async () => {
  await using place = await makePlace();
  const { entries } = await recordCalls(place.folder, await callsProgram(), ["sockets"]);
  const texts = entries.map(({ text }) => text.replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")).sort();
  assertEquals(texts.filter((text) => !text.startsWith("close")), [
    'accept4 fd=3 flags=SOCK_CLOEXEC peer="127.0.0.1:PORT" result=5',
    'connect fd=3 peer="unix:nobody.sock" result=-1 errno=ENOENT',
    'connect fd=4 peer="127.0.0.1:PORT" result=0',
    "recv fd=3 bytes=16 flags=MSG_DONTWAIT result=-1 errno=EAGAIN",
    "recv fd=5 bytes=16 flags=MSG_WAITALL result=4",
    "recvfrom fd=3 bytes=1 flags=MSG_DONTWAIT result=-1 errno=EINVAL",
    "recvfrom fd=3 bytes=16 result=5",
    "recvmsg fd=4 bytes=16 flags=MSG_WAITALL result=4",
    "send fd=4 bytes=4 result=4",
    "send fd=5 bytes=4 flags=MSG_NOSIGNAL result=4",
    'sendto fd=3 bytes=5 peer="127.0.0.1:PORT" result=5',
  ]);
  const waiting = entries.find(({ text }) => text.includes("EAGAIN"));
  assertEquals(waiting?.severity, DEBUG, "a call that would have to wait has not failed");
});

Deno.test("children of fork and vfork are recorded under their own numbers, and closed descriptors matter to nobody", async () => {
  await using place = await makePlace();
  const { entries } = await recordCalls(place.folder, await callsProgram(), ["processes"]);
  const parent = entries[0]?.pid;
  const count = (name: string) =>
    entries.filter(({ pid, text }) => pid === parent && text.startsWith(name)).length;
  assertEquals([count("write fd=4"), count("read fd=3")], [100, 100], "a handler's calls are logged too");
  const others = entries.filter(({ pid }) => pid !== parent).map(({ pid, text }) => ({ pid, text }));
  assertEquals(others.slice(0, 2).map(({ text }) => text), [
    'open path="/dev/null" flags=O_RDONLY|O_NOCTTY result=3',
    'open path="vfork.txt" flags=O_RDONLY result=-1 errno=ENOENT',
  ]);
  assert(others[0]?.pid !== others[1]?.pid);
  // Between vfork and exec the child would write as its parent: it does not.
  assertEquals(entries.filter(({ text }) => text.startsWith("close")), []);
  assertEquals(entries.at(-1)?.text, 'open path="/dev/null" flags=O_WRONLY result=3');
});

Deno.test("calls of several threads are all there, each thread's in its order", async () => {
  await using place = await makePlace();
  const { entries } = await recordCalls(place.folder, await callsProgram(), ["threads"]);
  const byThread = Map.groupBy(entries, ({ tid }) => tid);
  assertEquals(byThread.size, 4);
  for (const own of byThread.values()) {
    assertEquals(own.length, 15_000);
    assert(own.every(({ text }, at) => text.startsWith(["open", "read", "close"][at % 3] ?? "")));
  }
});

Deno.test("a shell's children are recorded, whatever language they are written in", async () => {
  await using place = await makePlace();
  const { entries } = await recordCalls(place.folder, "sh", [
    "-c",
    "cp /dev/null copy && cat missing copy; rm copy",
  ]);
  const has = (pattern: RegExp) => assert(entries.some(({ text }) => pattern.test(text)), String(pattern));
  has(/^openat dirfd=AT_FDCWD path="copy" flags=O_WRONLY\|.*O_CREAT.* mode=0\d+ result=\d+$/);
  has(/^open path="missing" flags=O_RDONLY result=-1 errno=ENOENT$/);
  has(/^unlinkat dirfd=AT_FDCWD path="copy" result=0$/);
  assert(new Set(entries.map(({ pid }) => pid)).size >= 3);
});

Deno.test("300 programs in a row have their call sites in common", async () => {
  await using place = await makePlace();
  const { entries } = await recordCalls(place.folder, "sh", [
    "-c",
    "n=0; while [ $n -lt 300 ]; do cat /dev/null; n=$((n + 1)); done",
  ]);
  const byProcess = Map.groupBy(entries, ({ pid }) => pid);
  const ofCat = [...byProcess.values()].filter((own) =>
    own.some(({ values }) => values["path"] === "/dev/null")
  );
  assertEquals(ofCat.length, 300);
  const callsOf = (own: readonly Entry[]) => own.map(({ site, event }) => `${event} ${site}`).join(", ");
  assertEquals(new Set(ofCat.map(callsOf)).size, 1, "the same numbers everywhere");
  assert(new Set(entries.map(({ site }) => site)).size < 20);
});

Deno.test("a capture knows every call with the keys of its failures, also those that nobody made", async () => {
  await using place = await makePlace();
  const { result } = await recordCalls(place.folder, "cat", ["/dev/null"]);
  using events = new CaptureEvents(result.path);
  await events.load();
  const byName = Map.groupBy(events.sites.values(), (site) => site?.name);
  const calls =
    "accept accept4 close connect copy_file_range creat fclose fdatasync fopen fsync open openat " +
    "pread pwrite read readv recv recvfrom recvmsg rename renameat renameat2 send sendfile sendmsg sendto " +
    "unlink unlinkat write writev";
  assertEquals([...byName.keys()].sort().join(" "), calls);
  for (const [name, sites] of byName) {
    const keys = sites.map((site) => site?.arguments.map(({ key }) => key) ?? []);
    assert(keys.every((own) => own.includes("result") && own.includes("ns")), name);
    assert(keys.some((own) => own.includes("errno")) && keys.some((own) => !own.includes("errno")), name);
  }
});

Deno.test("a program that logs itself is not logged twice", async () => {
  await using place = await makePlace();
  const { examples } = await ensureBuilt();
  const command = { program: examples["hello"] ?? "", args: [], preload: true } as const;
  const { path } = await record({ dir: place.folder, command });
  assertEquals((await readEntries(path)).map(({ event }) => event), [null, null, "packet", null]);
});

Deno.test("a command is recorded by preloading only where that is asked for", async () => {
  await using place = await makePlace();
  const command = { program: "cat", args: ["/dev/null"], stdout: "stderr" } as const;
  const { attempts } = await record({ dir: place.folder, command });
  assertEquals(attempts, 0);
});
