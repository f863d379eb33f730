import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CliError } from "../../errors.ts";
import { defineProgram, hardenBash, parseShell, quoteWords, SHELLS } from "./completion_script.ts";

Deno.test("a shell that is not known is refused with those that are", () => {
  assertThrows(() => parseShell("tcsh"), CliError, "bash, zsh, fish, powershell");
  assertThrows(() => parseShell(undefined), CliError, "no shell is named");
});

Deno.test("words are quoted as each shell reads them", () => {
  const words = ["deno", "a b", "it's"];
  assertEquals(quoteWords("bash", words), `deno 'a b' 'it'\\''s'`);
  assertEquals(quoteWords("fish", words), `deno 'a b' 'it\\'s'`);
  assertEquals(quoteWords("powershell", words), `deno 'a b' 'it''s'`);
});

Deno.test("every shell gets the command that its completion is for", () => {
  for (const shell of SHELLS) assertStringIncludes(defineProgram(shell, "deno task"), "deno task");
});

Deno.test("bash's script asks with quoted words, or is refused", () => {
  assertStringIncludes(hardenBash("x ${words[@]:1}"), `$(printf '%q ' "\${words[@]:1}")`);
  assertThrows(() => hardenBash("x ${words[*]}"), Error, "to be quoted");
});
