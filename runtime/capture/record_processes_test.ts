import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { ensureBuilt } from "../build/build.ts";
import { openStore } from "../store/store.ts";
import { record } from "./record.ts";
import { makeTestFolder, producerCommand } from "./test_support.ts";

Deno.test("what a shell starts is in processes with program, parent, start and end, however short it lives", async () => {
  await using folder = await makeTestFolder();
  const args = ["-c", `true; (exit 0); cat /dev/null; exec sleep 0.2`];
  const command = { program: "sh", args, preload: true } as const;
  const result = await record({ dir: folder.path, command });
  assertEquals([result.complete, result.lost, result.warnings], [true, 0, []]);
  await using store = await openStore([result.path]);
  const { rows } = await store.query(`
    SELECT name, parse_filename(path), command_line, parent_pid = ${Deno.pid}, start < "end" FROM processes`);
  // The shell became sleep.
  assertEquals(rows[0], ["sleep", "sleep", "sleep 0.2", true, true]);
  assert(rows.some((row) => row[0] === "cat" && row[2] === "cat /dev/null" && row[4] === true));
  const { rows: [outside] } = await store.query(`
    SELECT count(*) FILTER (p.pid IS NULL), count(*) FILTER (ts < p.start), count(*) FILTER (ts > p."end")
    FROM logs LEFT JOIN processes AS p USING (capture, pid)`);
  assertEquals(outside, [0n, 0n, 0n]);
});

for (const engine of ["native", "typescript"] as const) {
  Deno.test(`the threads of a program that logs itself are in threads (${engine})`, async () => {
    await using folder = await makeTestFolder();
    const walk = (await ensureBuilt()).examples["walk"];
    assert(walk !== undefined);
    const tree = join(folder.path, "tree");
    await Deno.mkdir(tree);
    for (let n = 0; n < 20; n++) await Deno.writeTextFile(join(tree, `${n}`), "x".repeat(1000));
    // Holes that nobody reads to their end: it runs until its time is over, and so it can be looked at.
    await Deno.writeTextFile(join(tree, "endless"), "");
    await Deno.truncate(join(tree, "endless"), 2 ** 40);
    const command = { program: walk, args: ["--quiet", "--limit-seconds", "1", tree] };
    const result = await record({ dir: join(folder.path, "captures"), command, engine });
    await using store = await openStore([result.path]);
    const { rows } = await store.query('SELECT name, path, "end" IS NOT NULL FROM processes');
    assertEquals(rows, [["walk", await Deno.realPath(walk), true]]);
    const { rows: [threads] } = await store.query(`
      SELECT (SELECT count(DISTINCT (pid, tid)) FROM logs), count(*), count(DISTINCT tid) FROM threads`);
    assertEquals([threads?.[1], threads?.[2]], [threads?.[0], threads?.[0]]);
    assert(Number(threads?.[0]) >= 1);
  });
}

Deno.test("a process that nothing is known of has a row with its pid alone", async () => {
  await using folder = await makeTestFolder();
  const rings = join(folder.path, "left.rings");
  const command = await producerCommand(folder.path, { count: 5, rings });
  const { pid, status } = new Deno.Command(command.program, { args: [...command.args] }).spawn();
  await status;
  const result = await record({ dir: join(folder.path, "captures"), rings, once: true });
  await using store = await openStore([result.path]);
  for (const view of ["processes", "threads"]) {
    const { rows } = await store.query(`SELECT pid, name, start, "end" FROM ${view}`);
    assertEquals(rows, [[pid, null, null, null]], view);
  }
});
