import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { buildProgram, ensureBuilt } from "../../runtime/build/build.ts";
import { newUser, type User } from "./ringscope.ts";

/** A user with the capture `io` of events.c: its entries, in one form after the other. */
async function userWithEvents(format: "arrow" | "parquet"): Promise<User> {
  await ensureBuilt();
  const program = await buildProgram({
    name: "tests/events",
    sources: [fromFileUrl(new URL("./events.c", import.meta.url))],
    libs: ["ringscope"],
  });
  const user = await newUser();
  const recorded = await user.run(["capture", "--quiet", "--name", "io", "--format", format, "--", program]);
  assertEquals(recorded.code, 0, recorded.stderr);
  return user;
}

for (const format of ["arrow", "parquet"] as const) {
  Deno.test(`typed events of a C program, from ${format}`, async (t) => {
    await using user = await userWithEvents(format);
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await user.run(args);
      assertEquals(code, 0, stderr);
      return stdout;
    };
    const csv = async (query: string) =>
      (await run("sql", "--format", "csv", query)).trimEnd().split("\n").slice(1);

    await t.step("are messages with a name in logs", async () => {
      assertEquals(await csv("SELECT level, kind, event, message, data FROM logs ORDER BY idx"), [
        "info,text,,begins,",
        "debug,event,request,id=7,",
        "debug,event,request,id=8,",
        "info,event,io_done,bytes=512 status=0 path=/dev/a state=IDLE,",
        'debug,event,request,"",',
        "warn,event,io_done,bytes=4096 status=-EIO path=(null) state=BUSY,",
        'debug,event,request,"",',
        "debug,event,flush,queue=1,",
      ]);
    });

    await t.step("are rows of typed columns in a table of their own", async () => {
      assertEquals(
        await csv(
          "SELECT level, bytes, status, status_name, path, state, state_name FROM event_io_done ORDER BY idx",
        ),
        ["info,512,0,0,/dev/a,0,IDLE", "warn,4096,-5,-EIO,,1,BUSY"],
      );
    });

    await t.step("are counted by the place that wrote them", async () => {
      assertEquals(
        await csv(
          "SELECT name, role, function, entries FROM events WHERE kind = 'event' ORDER BY name, line",
        ),
        [
          "flush,begin,main,1",
          "io_done,event,finish,2",
          "request,begin,main,1",
          "request,begin,main,1",
          "request,end,main,1",
          "request,end,main,1",
        ],
      );
    });

    await t.step("are spans where they begin and end something", async () => {
      assertEquals(
        await csv("SELECT name, message, depth, dur_ns IS NULL, dur_ns > 0 FROM spans ORDER BY begin_idx"),
        ["request,id=7,0,false,true", "request,id=8,1,false,true", "flush,queue=1,0,true,"],
      );
      const trace = JSON.parse(await run("export", "io", "--format", "trace"));
      const slices = trace.traceEvents.filter(({ ph }: { ph: string }) => ph === "X" || ph === "B");
      assertEquals(slices.map(({ name, ph, args }: Slice) => [name, ph, args.message]), [
        ["request", "X", "id=8"],
        ["request", "X", "id=7"],
        ["flush", "B", "queue=1"],
      ]);
    });

    await t.step("are shown by tail and exported with their names", async () => {
      const lines = (await run("tail", "io", "--no-follow")).trimEnd().split("\n");
      assert(lines.some((line) => line.endsWith("io_done bytes=512 status=0 path=/dev/a state=IDLE")));
      const found = await run("tail", "io", "--no-follow", "--json", "--match", "io_done");
      const objects = found.trimEnd().split("\n").map((line) => JSON.parse(line));
      assertEquals(objects.map(({ event }) => event), ["io_done", "io_done"]);
    });

    await t.step("have types for scripts, which are checked and get values", async () => {
      await run("types", "io", "-o", "io_events.ts");
      await Deno.writeTextFile(
        join(user.folder, "slow.ts"),
        `import { openCapture } from "@ringscope/ringscope";
import type { EventTables } from "./io_events.ts";
await using log = await openCapture<EventTables>("captures/io");
for await (const row of log.events("io_done")) {
  const bytes: number = row.bytes;
  console.log(row.level, bytes + 1, row.status_name, row.path, row.state === 1n);
}
for await (const { id } of log.events("request", { level: "debug" })) console.log(id);
`,
      );
      assertEquals(
        await run("run", "--check", "slow.ts"),
        "info 513 0 /dev/a false\nwarn 4097 -EIO null true\n7\n8\nnull\nnull\n",
      );
      await Deno.writeTextFile(
        join(user.folder, "wrong.ts"),
        `import { openCapture } from "@ringscope/ringscope";
import type { EventTables } from "./io_events.ts";
await using log = await openCapture<EventTables>("captures/io");
for await (const row of log.events("io_dome")) console.log(row);
`,
      );
      const { code, stderr } = await user.run(["run", "--check", "wrong.ts"]);
      assertEquals(code, 1);
      assertMatch(stderr, /TS2345.*io_dome/s);
    });
  });
}

interface Slice {
  readonly name: string;
  readonly ph: string;
  readonly args: Record<string, unknown>;
}

Deno.test("types tells what it cannot do in one line, and replaces no file unasked", async () => {
  await using user = await userWithEvents("arrow");
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await user.run(["types", ...args]);
    assert(code !== 0);
    assertEquals(stdout, "");
    assertMatch(stderr, /^error: [^\n]+\n$/);
    return stderr;
  };
  assertStringIncludes(await refused("nothing"), 'no capture "nothing"');
  assertStringIncludes(await refused("io", "io"), "one capture");
  await Deno.writeTextFile(join(user.folder, "mine.ts"), "");
  assertStringIncludes(await refused("io", "-o", "mine.ts"), "--force");
  const { stdout } = await user.run(["types", "--json"]);
  assertEquals(JSON.parse(stdout).events, ["request", "io_done", "flush"]);
});
