import { assert, assertEquals, assertFalse } from "@std/assert";
import { readSpecialFile } from "../ffi/special_files.ts";
import { linuxProcesses, nobodyLives } from "./liveness.ts";

function readStat(pid: number): string {
  return new TextDecoder().decode(readSpecialFile(`/proc/${pid}/stat`) ?? new Uint8Array());
}

function startOf(pid: number): bigint {
  const stat = readStat(pid);
  return BigInt(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]!);
}

Deno.test("a process that runs is alive", () => {
  assert(linuxProcesses.isAlive(Deno.pid, 0n));
  assert(linuxProcesses.isAlive(Deno.pid, startOf(Deno.pid)));
});

Deno.test("a number that another process has by now is not alive", () => {
  assertFalse(linuxProcesses.isAlive(Deno.pid, startOf(Deno.pid) + 1n));
});

Deno.test("a process that was waited for is not alive", async () => {
  const child = new Deno.Command("cat", { stdin: "piped", stdout: "null" }).spawn();
  assert(linuxProcesses.isAlive(child.pid, 0n));
  const start = startOf(child.pid);
  await child.stdin.close();
  await child.status;
  assertFalse(linuxProcesses.isAlive(child.pid, start));
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
  assertFalse(linuxProcesses.isAlive(pid, startOf(pid)));
  await shell.stdin.close();
  await reader.cancel();
  assertEquals((await shell.status).code, 0);
});

Deno.test("an owner without a number counts as alive", () => {
  assert(linuxProcesses.isAlive(0, 0n));
});

Deno.test("in an image nobody is alive", () => {
  assertFalse(nobodyLives.isAlive(Deno.pid, 0n));
});
