import { assertEquals } from "@std/assert";
import { findLaunchers, parseStat, type ProcessFacts } from "./launchers.ts";

function chainOf(...commands: string[][]): (pid: number) => ProcessFacts | null {
  const processes = commands.map((given, at) => ({
    pid: at + 1,
    parent: at + 2,
    start: "1",
    state: "S",
    arguments: given,
  }));
  return (pid) => processes[pid - 1] ?? null;
}

const TASK = ["/cache/deno", "task", "capture"];
const SHELL = ["sh", "-c", "'deno' task capture"];
const NPM = ["npm exec deno@2.9.5 task capture"];

Deno.test("the whole chain of npx is found, and not what started it", () => {
  const read = chainOf(TASK, SHELL, NPM, ["bash"]);
  assertEquals(findLaunchers(read, 1).map(({ pid }) => pid), [1, 2, 3]);
});

Deno.test("a shell that is not npm's own may end without ending the capture", () => {
  const read = chainOf(TASK, SHELL, ["sshd: user"]);
  assertEquals(findLaunchers(read, 1).map(({ pid }) => pid), [1]);
});

Deno.test("a capture that was started by hand has no launchers", () => {
  assertEquals(findLaunchers(chainOf(["bash"]), 1), []);
  assertEquals(findLaunchers(() => null, 1), []);
});

Deno.test("deno's npm package started by node belongs to the chain", () => {
  const shim = ["node", "/cache/_npx/1/node_modules/.bin/deno", "task", "capture"];
  assertEquals(findLaunchers(chainOf(TASK, shim, SHELL, NPM), 1).length, 4);
});

Deno.test("a process name with spaces and parentheses does not shift the fields of its status", () => {
  const fields = Array.from({ length: 18 }, (_, at) => `f${at + 5}`).join(" ");
  assertEquals(parseStat(`12 (a) b) S 7 ${fields} f23`, "deno\0task\0"), {
    pid: 12,
    parent: 7,
    start: "f22",
    state: "S",
    arguments: ["deno", "task"],
  });
});
