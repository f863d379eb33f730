/**
 * Overwrite mode, clock order and writers that stand still, as a user of `capture` meets them.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { listBatches } from "../../runtime/arrow/segment_index.ts";
import { openStore } from "../../runtime/store/store.ts";
import { newUser, outcomeOf, producer, type User, waitFor } from "./ringscope.ts";

/** `capture --json` with these arguments; its object. */
async function capture(user: User, ...args: string[]) {
  const { code, stdout, stderr } = await user.run(["capture", "--json", ...args]);
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout);
}

/** One row of a capture, through the library: starting the command for each question would take most of the time. */
async function askRow(user: User, name: string, query: string): Promise<unknown[]> {
  await using store = await openStore([join(user.folder, "captures", name)]);
  const { rows: [row = []] } = await store.query(query);
  return row.map((value) => typeof value === "bigint" ? Number(value) : value);
}

Deno.test("a snapshot of a flight recorder holds its newest entries, as often as it is taken", async () => {
  await using user = await newUser();
  const rings = join(user.folder, "own.rings");
  const made = await new Deno.Command(await producer(), { args: ["own", rings, "1", "65536", "100000"] })
    .output();
  assertEquals(made.code, 0, new TextDecoder().decode(made.stderr));
  for (const name of ["once", "again"]) {
    const result = await capture(user, "--rings", rings, "--once", "--name", name);
    assertEquals([result.complete, result.balanced, result.lost], [true, true, 0]);
    assert(result.entries > 700 && result.entries < 5000, String(result.entries));
    const found = await askRow(
      user,
      name,
      `SELECT (SELECT arg_max(message, idx) FROM logs), (SELECT count(*) FROM order_violations), (SELECT mode FROM captures)`,
    );
    assertEquals(found, ["burst 99999", 0, "overwrite"]);
  }
});

Deno.test("a program is recorded with overwriting rings, in clock order, and with both", async () => {
  await using user = await newUser();
  const choices: [string, string[]][] = [
    ["overwrite", ["--mode", "overwrite"]],
    ["clock", ["--order", "clock"]],
    ["both", ["--mode", "overwrite", "--order", "clock"]],
  ];
  for (const [name, options] of choices) {
    const result = await capture(user, "--name", name, ...options, "--", await producer(), "burst", "20000");
    assertEquals([result.complete, result.balanced, result.attempts], [true, true, 20000]);
    assertEquals(result.entries + result.lost, 20000);
    const found = await askRow(
      user,
      name,
      `SELECT (SELECT count(*) = max(idx) - min(idx) + 1 FROM logs), (SELECT count(*) FROM order_violations)`,
    );
    assertEquals(found, [true, 0]);
  }
});

Deno.test("mode and order belong to rings that are made, not to rings that exist", async () => {
  await using user = await newUser();
  for (const option of [["--mode", "overwrite"], ["--order", "clock"]]) {
    const { code, stderr } = await user.run(["capture", "--rings", "somewhere", ...option]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "made already");
  }
  const { code, stderr } = await user.run(["capture", "--mode", "both"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "discard, overwrite");
});

Deno.test("a writer that stands still inside an entry holds up the rest for a second, and is named", async () => {
  await using user = await newUser();
  const end = join(user.folder, "end");
  const program = [await producer(), "stuck", "500", end];
  const child = user.start(["capture", "--json", "--name", "stuck", "--", ...program]);
  await child.stdin.close();
  const ended = outcomeOf(child);
  const logs = join(user.folder, "captures", "stuck", "logs", "000001.arrows");
  await waitFor(() => Deno.stat(logs).then(() => true, () => null));
  // It stands there until the texts of the others have come out all the same.
  await waitFor(() => listBatches(logs).reduce((sum, { rows }) => sum + rows, 0) >= 500 || null);
  await Deno.writeTextFile(end, "");
  const { code, stdout, stderr } = await ended;
  assertEquals(code, 0, stderr);
  const result = JSON.parse(stdout);
  assertEquals([result.complete, result.balanced], [true, true]);
  assertEquals([result.attempts, result.entries, result.abandoned], [502, 501, 1]);
  assertEquals([result.stalled, result.late, result.lost], [1, 1, 1]);
  const reasons = await user.run(["info", "stuck"]);
  assertStringIncludes(
    reasons.stdout,
    "writers stood still inside entries: 1 times, of which 1 were finished later",
  );

  const patient = await capture(user, "--stall", "60s", "--", await producer(), "stuck", "10");
  assertEquals([patient.entries, patient.stalled, patient.lost], [12, 0, 0]);
});
