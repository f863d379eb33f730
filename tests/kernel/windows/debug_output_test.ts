/**
 * OutputDebugString under Wine, whose senders keep to the documented protocol: what programs hand over is in a capture.
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { buildReaderForWindows } from "../../../runtime/build/build_windows.ts";
import { openCapture } from "../../../runtime/mod.ts";
import { buildProgram, readChecks } from "./harness/guest_program.ts";
import { WinePrefix } from "./harness/wine_prefix.ts";

/** Seconds for the program, on a machine that does something else too. */
const PATIENCE = 600;
/** Texts of each sender, and one without an end of the line. */
const TEXTS = 200;

/** What a sender's texts are: in turn ended by \n and by \r\n, as `remarks` say. */
function textsOf(name: string): [message: string, remarks: number][] {
  const numbered = Array.from({ length: TEXTS }, (_, n): [string, number] => [`${name} ${n}`, 1 + n % 2]);
  return [...numbered, ["ä without an end", 0]];
}

/** The processes that programs were, by the names that they told. */
function readSenders(output: string): Map<string, number> {
  return new Map(
    [...output.matchAll(/^sender (\w+) (\d+)\r?$/gm)].map(([, name = "", pid]) => [name, Number(pid)]),
  );
}

Deno.test("under Wine what programs hand to OutputDebugString is in the capture in its order, with who handed it over", async () => {
  const folder = await Deno.makeTempDir({ prefix: "ringscope-debug-test-" });
  try {
    const reader = await buildReaderForWindows({ folder: join(folder, "build") });
    await using wine = await WinePrefix.open();
    await Deno.copyFile(reader.program, wine.path("reader.exe"));
    await buildProgram(wine, "debug_sender");
    const words = ["C:\\reader.exe", "C:\\debug", String(TEXTS)];
    const run = await wine.run("debug_sender.exe", words, PATIENCE);
    const told = readChecks(run.output);
    assertEquals(told.failures, [], `${run.output}\n${run.errors}`);
    assertEquals(run.code, 0, run.output);
    assert(told.checks > 15, `only ${told.checks} checks were made:\n${run.output}`);
    assertMatch(
      run.errors,
      /another viewer does that already; close it/,
      "the second viewer does not say what is wrong",
    );

    const senders = readSenders(run.output);
    assertEquals([...senders.keys()].sort(), ["first", "fourth", "second", "third"]);
    await using log = await openCapture(wine.path("debug"));
    const rows = await log.sql`SELECT pid, remarks, message, flags FROM logs ORDER BY idx`;
    assertEquals(rows.length, 4 * (TEXTS + 1));
    for (const [name, pid] of senders) {
      const own = rows.filter((row) => Number(row.pid) === pid);
      assertEquals(own.map(({ message, remarks }) => [message, Number(remarks)]), textsOf(name));
    }
    const order = rows.map((row) => Number(row.pid));
    const [first, second] = [senders.get("first") ?? 0, senders.get("second") ?? 0];
    assertEquals(order.slice(0, 2 * (TEXTS + 1)), [
      ...Array(TEXTS + 1).fill(first),
      ...Array(TEXTS + 1).fill(second),
    ]);
    const [capture] = await log.sql`SELECT driver, complete FROM captures`;
    assertEquals([capture?.driver, capture?.complete], ["debug_output", true]);
    const [account] = await log
      .sql`SELECT sum(lost)::DOUBLE AS lost, bool_and(balanced) AS balanced FROM accounting`;
    assertEquals([Number(account?.lost), account?.balanced], [0, true]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
