/**
 * The reader for Windows under Wine: what `ringscope-reader.exe` records beside the driver, and what `ringscope.dll` exports.
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  buildDriverWith,
  buildReaderForWindows,
  buildWindows,
} from "../../../runtime/build/build_windows.ts";
import { projectRoot } from "../../../runtime/build/place.ts";
import { type CaptureLog, openCapture } from "../../../runtime/mod.ts";
import { runTool } from "../linux/harness/guest_error.ts";
import { buildProgram, GUEST } from "./harness/guest_program.ts";
import { type Account, checkEntries, readTold, sum } from "./harness/load_account.ts";
import { WinePrefix } from "./harness/wine_prefix.ts";

/** Seconds for the program, on a machine that does something else too. */
const PATIENCE = 240;
/** Of each thread while the reader lives: all of it fits into one ring, should the reader get no time. */
const WRITES = 10_000;
/** Lines of accounts of one load: four threads and the timer. */
const WRITERS = 5;

function writtenBy(accounts: readonly Account[]): number {
  return sum(accounts, ({ data, texts, events }) => data + texts + events);
}

/** Each entry of data as its writer and number. */
async function identitiesIn(log: CaptureLog): Promise<string[]> {
  const rows = await log
    .sql`SELECT type::VARCHAR || ':' || remarks::VARCHAR AS id FROM logs WHERE kind = 'data'`;
  return rows.map(({ id }) => String(id));
}

async function countsIn(
  log: CaptureLog,
): Promise<{ rows: number; read: number; unstored: number; balanced: boolean }> {
  const [logs] = await log.sql`SELECT count(*)::DOUBLE AS rows FROM logs`;
  const [account] = await log
    .sql`SELECT sum(read)::DOUBLE AS read, bool_and(balanced) AS balanced FROM accounting`;
  const [loss] = await log.sql`SELECT sum(unstored)::DOUBLE AS unstored FROM loss_by_processor`;
  return {
    rows: Number(logs?.rows),
    read: Number(account?.read),
    unstored: Number(loss?.unstored),
    balanced: account?.balanced === true,
  };
}

/** What the headers declare for readers. Of rs_compat.h that is the consumer's half; the other one is the driver's. */
async function listDeclared(): Promise<string[]> {
  const header = (name: string) => Deno.readTextFile(join(projectRoot(), "driver", "include", name));
  const reader = /^RS_READER_API [^;]*?\b(rs_\w+)\(/gm;
  const consumer = /^RS_COMPAT_API [^;]*?\b(enable_logger|ReadLogs|stop_logger|disable_logger)\(/gm;
  const found = [
    ...(await header("rs_reader.h")).matchAll(reader),
    ...(await header("rs_compat.h")).matchAll(consumer),
  ];
  assert(found.length > 30, `only ${found.length} functions were found in the headers`);
  return found.map(([, name = ""]) => name).sort();
}

async function listExports(library: string): Promise<string[]> {
  const words = ["x86_64-w64-mingw32-objdump", "-p", library];
  const output = await runTool(words, "list exports", { package: "binutils-mingw-w64-x86-64" });
  const table = new TextDecoder().decode(output).split("[Ordinal/Name Pointer] Table")[1] ?? "";
  return [...table.split("\n\n", 1)[0]!.matchAll(/\[ *\d+\](?: \+base\[ *\d+\] +[0-9a-f]+)? +(\w+)/g)]
    .map(([, name = ""]) => name).sort();
}

Deno.test("under Wine the reader's program records what writers write, and when it is killed the next one goes on", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "ringscope-reader-test-" });
  try {
    const built = await buildWindows({ folder: join(folder, "build") });
    await using wine = await WinePrefix.open();
    await buildDriverWith(built, `${GUEST}/load.c`, wine.path("load.sys"));
    const reader = await buildReaderForWindows({ folder: built.folder });
    await Deno.copyFile(reader.program, wine.path("reader.exe"));
    await buildProgram(wine, "recording");
    const words = ["C:\\load.sys", "C:\\reader.exe", String(WRITES)];
    const run = await wine.run("recording.exe", words, PATIENCE);
    const told = readTold(run.output);
    assertEquals(told.failures, [], `${run.output}\n${run.errors}`);
    assertEquals(run.code, 0, run.output);
    assert(told.checks > 20, `only ${told.checks} checks were made:\n${run.output}`);
    const live = told.accounts.slice(0, WRITERS), killed = told.accounts.slice(WRITERS);

    await t.step(
      "every entry of its writers is in the capture, whole and in its writer's order",
      async () => {
        assertEquals(sum(live, ({ full, other }) => full + other), 0);
        await using log = await openCapture(wine.path("live"));
        await checkEntries(log, live);
        const counts = await countsIn(log);
        assertEquals(counts, { rows: writtenBy(live), read: writtenBy(live), unstored: 0, balanced: true });
        const [cost] = await log.sql`SELECT sum(writes)::DOUBLE AS writes FROM write_cost`;
        assert(
          Number(cost?.writes) >= Math.floor(writtenBy(live) / 1024 / 2),
          "hardly any write was measured",
        );
        const [capture] = await log.sql`SELECT driver, complete, capture FROM captures`;
        assertEquals([capture?.driver, capture?.complete, capture?.capture], ["windows", true, "live"]);
      },
    );

    await t.step(
      "an entry is in one capture of both readers at most, and what is in none is counted",
      async () => {
        await using first = await openCapture(wine.path("killed"));
        await using second = await openCapture(wine.path("after"));
        const before = await countsIn(first), after = await countsIn(second);
        const written = writtenBy(killed);
        assert(before.rows > 0 && before.rows < written, `it was killed after ${before.rows} of ${written}`);
        const ids = [...await identitiesIn(first), ...await identitiesIn(second)];
        assertEquals(new Set(ids).size, ids.length, "an entry is in both captures");
        const missing = written - before.rows - after.rows;
        assert(
          missing >= 0 && missing <= after.unstored,
          `${missing} are missing, ${after.unstored} are counted`,
        );
        assert(after.balanced, "the second capture does not add up");
        const refused = sum(told.accounts, ({ full }) => full);
        assertEquals(sum(told.rings, ({ lostFull }) => lostFull), refused);
        assertEquals(sum(told.rings, ({ attempts }) => attempts), writtenBy(told.accounts) + refused);
      },
    );

    await t.step("the command line shows it as any other capture", async () => {
      const words = ["deno", "task", "-q"], dir = wine.path("");
      const text = new TextDecoder();
      const info = await runTool([...words, "info", "live", "--dir", dir], "info", { cwd: projectRoot() });
      assertMatch(text.decode(info), /complete/);
      const query = "SELECT count(*) AS entries FROM logs";
      const answer = await runTool([...words, "sql", wine.path("live"), query, "--json"], "sql", {
        cwd: projectRoot(),
      });
      assertMatch(text.decode(answer), new RegExp(`\\b${writtenBy(live)}\\b`));
    });

    await t.step("ringscope.dll exports what the headers declare, and nothing else", async () => {
      assertEquals(await listExports(reader.library), await listDeclared());
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
