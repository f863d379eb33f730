import { assert, assertEquals, assertFalse } from "@std/assert";
import { readSpecialFile } from "../ffi/special_files.ts";
import { linuxThreads, nobodyLives, processNamespace, type Writer } from "./liveness.ts";

const somebody: Writer = { pid: 0, tid: 0, start: 0n, namespace: 0n };

function isAlive(writer: Partial<Writer>): boolean {
  return linuxThreads.isAlive({ ...somebody, ...writer });
}

function readStat(pid: number): string {
  return new TextDecoder().decode(readSpecialFile(`/proc/${pid}/stat`) ?? new Uint8Array());
}

function startOf(pid: number): bigint {
  const stat = readStat(pid);
  return BigInt(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]!);
}

Deno.test("a process that runs is alive", () => {
  assert(isAlive({ pid: Deno.pid }));
  assert(isAlive({ pid: Deno.pid, start: startOf(Deno.pid) }));
});

Deno.test("a number that another process has by now is not alive", () => {
  assertFalse(isAlive({ pid: Deno.pid, start: startOf(Deno.pid) + 1n }));
});

Deno.test("a process that was waited for is not alive", async () => {
  const child = new Deno.Command("cat", { stdin: "piped", stdout: "null" }).spawn();
  assert(isAlive({ pid: child.pid }));
  const start = startOf(child.pid);
  await child.stdin.close();
  await child.status;
  assertFalse(isAlive({ pid: child.pid, start }));
});

Deno.test("a zombie is not alive", async () => {
  // A child of a shell that has become another program is waited for by nobody.
  const shell = new Deno.Command("sh", {
    args: ["-c", "sh -c 'kill -STOP $$' & echo $!; exec cat"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = shell.stdout.getReader();
  const pid = Number(new TextDecoder().decode((await reader.read()).value).trim());
  const pause = () => new Promise((resolve) => setTimeout(resolve, 1));
  const nameOf = (pid: number) => readStat(pid).replace(/^\d+ \((.*)\).*$/s, "$1");
  while (nameOf(shell.pid) !== "cat") await pause();
  Deno.kill(pid, "SIGKILL");
  const state = () => {
    const stat = readStat(pid);
    assert(stat !== "", "the child was waited for");
    return stat[stat.lastIndexOf(")") + 2];
  };
  while (state() !== "Z") await pause();
  assertFalse(isAlive({ pid, start: startOf(pid) }));
  await shell.stdin.close();
  await reader.cancel();
  assertEquals((await shell.status).code, 0);
});

Deno.test("an owner without a number counts as alive", () => {
  assert(isAlive({ pid: 0 }));
});

Deno.test("in an image nobody is alive", () => {
  assertFalse(nobodyLives.isAlive({ ...somebody, pid: Deno.pid }));
});

Deno.test("the numbers of another namespace say nothing, those of this one do", () => {
  const gone = { pid: 5_000_000, start: 1n };
  assert(processNamespace() > 0n);
  assertFalse(isAlive({ ...gone, namespace: processNamespace() }));
  assert(isAlive({ ...gone, namespace: processNamespace() + 1n }));
});

Deno.test("a thread lives while it runs, and is dead when its process runs without it", () => {
  assert(isAlive({ pid: Deno.pid, tid: Deno.pid }));
  assertFalse(isAlive({ pid: Deno.pid, tid: 5_000_001 }));
});
