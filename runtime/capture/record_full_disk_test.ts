import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import type { RecordCommand, RecordResult } from "./record_types.ts";
import { makeTestFolder, producerCommand, readOwnAccount } from "./test_support.ts";

interface Limited {
  readonly result: RecordResult;
  readonly troubles: readonly string[];
}

async function recordLimited(
  dir: string,
  mode: "keep" | "raise",
  patienceMs: number,
  command: RecordCommand,
): Promise<Limited> {
  const script = fromFileUrl(new URL("./testdata/record_limited.ts", import.meta.url));
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, dir, mode, String(patienceMs), command.program, ...command.args],
    stdin: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("a full disk ends the recording with a clear message, and the program goes on to its end", async () => {
  await using folder = await makeTestFolder();
  const command = await producerCommand(folder.path, { count: 5000, end: "more:200" });
  const { result } = await recordLimited(folder.path, "keep", 0, command);

  assertEquals([result.complete, result.balanced], [false, false]);
  assertStringIncludes(result.warnings.join("\n"), "File too large");
  assertStringIncludes(result.warnings.join("\n"), "entries were taken from the rings");
  assertEquals(result.commandStatus, { code: 5, signal: null });
  const own = await readOwnAccount(command.report);
  assert(own !== null && own.attempts >= 5200);
  assert(result.entries >= 5000 && result.entries < own.attempts);
  const json = JSON.parse(await Deno.readTextFile(join(result.path, "capture.json")));
  assertEquals([json.complete, json.entries], [false, result.entries]);
  assertEquals(json.warnings, result.warnings);
});

Deno.test("a disk that is full only for a while costs no entry that the rings can hold", async () => {
  await using folder = await makeTestFolder();
  const command = await producerCommand(folder.path, { count: 5000, end: "log" });
  const { result, troubles } = await recordLimited(folder.path, "raise", 600_000, command);

  assertEquals(troubles.length, 1);
  assertEquals([result.complete, result.balanced, result.warnings], [true, true, []]);
  const own = await readOwnAccount(command.report);
  assert(own !== null);
  assertEquals([result.attempts, result.read, result.entries], [own.attempts, own.attempts, own.attempts]);
});
