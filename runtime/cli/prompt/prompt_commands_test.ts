import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CliError } from "../../errors.ts";
import { explainCommands, parseCommand, PROMPT_COMMANDS, turnSwitch } from "./prompt_commands.ts";

Deno.test("a command line is its name and its words", () => {
  assertEquals(parseCommand("\\c boot 'the other'"), { name: "c", operands: ["boot", "the other"] });
  assertEquals(parseCommand("  \\q;"), { name: "q", operands: [] });
  assertEquals(parseCommand("\\d logs;"), { name: "d", operands: ["logs"] });
});

Deno.test("what is no command, or has words too many, is refused with the next step", () => {
  assertThrows(() => parseCommand("\\time"), CliError, "\\timing is the nearest");
  assertThrows(() => parseCommand("\\q now"), CliError, "takes nothing");
  assertThrows(() => parseCommand("\\d a b"), CliError, "takes one word");
});

Deno.test("a switch is turned by its name alone, and set by on and off", () => {
  assertEquals([turnSwitch(true, undefined), turnSwitch(true, "on"), turnSwitch(true, "off")], [
    false,
    true,
    false,
  ]);
  assertThrows(() => turnSwitch(true, "maybe"), CliError, `not "maybe"`);
});

Deno.test("every command is explained", () => {
  for (const { name, help } of PROMPT_COMMANDS) {
    assertStringIncludes(explainCommands(), `\\${name}`);
    assertStringIncludes(explainCommands(), help);
  }
});
