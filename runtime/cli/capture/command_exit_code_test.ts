import { assertEquals } from "@std/assert";
import { commandExitCode } from "./command_exit_code.ts";

Deno.test("a command's status is passed on", () => {
  assertEquals(commandExitCode({ code: 3, signal: null }, false), 3);
  assertEquals(commandExitCode({ code: 139, signal: "SIGSEGV" }, false), 139);
  assertEquals(commandExitCode({ code: 143, signal: "SIGTERM" }, false), 143);
});

Deno.test("a command that dies of the stop of its capture has ended as it was meant to", () => {
  assertEquals(commandExitCode({ code: 130, signal: "SIGINT" }, true), 0);
  assertEquals(commandExitCode({ code: 4, signal: null }, true), 4);
  assertEquals(commandExitCode({ code: 139, signal: "SIGSEGV" }, true), 139);
});
