import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { killIfRunning } from "../support/kill_if_running.ts";
import { newUser, outcomeOf, producer, type User } from "./ringscope.ts";

/** A user with two captures: `old`, and the newer `known`, whose entries producer.c tells. */
async function userWithCaptures(): Promise<User> {
  const user = await newUser();
  const program = await producer();
  for (const [name, ...words] of [["old", "burst", "7"], ["known", "entries"]]) {
    const { code, stderr } = await user.run([
      "capture",
      "--quiet",
      "--name",
      name ?? "",
      "--",
      program,
      ...words,
    ]);
    assertEquals(code, 0, stderr);
  }
  return user;
}

Deno.test("sql", async (t) => {
  await using user = await userWithCaptures();
  const csv = async (...args: string[]) => {
    const { code, stdout, stderr } = await user.run(["sql", "--format", "csv", ...args]);
    assertEquals(code, 0, stderr);
    return stdout;
  };
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await user.run(["sql", ...args]);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^error: [^\n]+\n$/, "one clear line");
    return stderr;
  };

  await t.step("asks the newest capture when none is named", async () => {
    assertEquals(await csv("SELECT DISTINCT capture FROM logs"), "capture\nknown\n");
  });

  await t.step("asks the captures that are named, by name or by path", async () => {
    const query = "SELECT capture, count(*) AS n FROM logs GROUP BY capture ORDER BY capture";
    assertEquals(await csv("old", "known", query), "capture,n\nknown,10\nold,7\n");
    assertEquals(
      await csv("captures/old", join(user.folder, "captures", "known"), query),
      "capture,n\nknown,10\nold,7\n",
    );
    assertEquals(await csv("--dir", "captures", "old", query), "capture,n\nold,7\n");
  });

  await t.step("shows what the program logged, in its order, with every column of an entry", async () => {
    assertEquals(
      await csv("SELECT level, kind, type, remarks, message, data FROM logs ORDER BY idx"),
      [
        "level,kind,type,remarks,message,data",
        "trace,text,0,0,this is trace,",
        "debug,text,0,0,this is debug,",
        "info,text,0,0,this is info,",
        "warn,text,0,0,this is warn,",
        "error,text,0,0,this is error,",
        "fatal,text,0,0,this is fatal,",
        "info,data,1,10,,00ff0a2c",
        "info,data,2,20,,",
        "info,data,4000000000,30,,74657874",
        `info,text,0,0,"two\nlines, ""quoted"" | piped",`,
        "",
      ].join("\n").replace("info,data,2,20,,\n", `info,data,2,20,,""\n`),
    );
  });

  await t.step("severity >= at_least('warn') gives warnings, errors and fatals", async () => {
    const query = "SELECT level FROM logs WHERE severity >= at_least('warn') ORDER BY idx";
    assertEquals(await csv(query), "level\nwarn\nerror\nfatal\n");
  });

  await t.step("prints times as RFC 3339 in UTC with nanoseconds", async () => {
    const { stdout } = await user.run(["sql", "--json", "SELECT ts, read_ts FROM logs LIMIT 1"]);
    const [row] = JSON.parse(stdout);
    assertMatch(row.ts, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    assert(row.ts < row.read_ts);
    assert(Math.abs(Date.parse(row.ts) - Date.now()) < 3_600_000, "the clock is the wall's");
  });

  await t.step("prints the form that is asked for", async () => {
    const query = "SELECT 18446744073709551615::UBIGINT AS big, NULL AS none, '' AS empty";
    const printed = await Promise.all(
      ["json", "ndjson", "table"].map((form) => user.run(["sql", "--format", form, query])),
    );
    const [json = "", ndjson, table = ""] = printed.map(({ stdout }) => stdout);
    assertEquals(JSON.parse(json), [{ big: "18446744073709551615", none: null, empty: "" }]);
    assertEquals(ndjson, `{"big":"18446744073709551615","none":null,"empty":""}\n`);
    assertStringIncludes(table, "│ 18446744073709551615 │ NULL │       │");
  });

  await t.step("reads the query from a file or from standard input", async () => {
    await Deno.writeTextFile(join(user.folder, "q.sql"), "-- how many\nSELECT count(*) AS n FROM logs");
    assertEquals(await csv("-f", "q.sql", "old"), "n\n7\n");
    const piped = await user.run(["sql", "--format", "csv"], { stdin: "SELECT 3 AS three" });
    assertEquals(piped.stdout, "three\n3\n");
  });

  await t.step("every view of the library answers", async () => {
    const views = [
      "logs",
      "rings",
      "gaps",
      "captures",
      "latency_by_processor",
      "loss_by_processor",
      "rate_by_processor",
      "accounting",
      "order_violations",
      "capture_health",
    ];
    const counts = await csv(
      views.map((view) => `SELECT '${view}' AS name, count(*) > 0 AS some FROM ${view}`).join(" UNION ALL "),
    );
    const empty = new Set(["gaps", "order_violations"]);
    assertEquals(counts, ["name,some", ...views.map((view) => `${view},${!empty.has(view)}`), ""].join("\n"));
  });

  await t.step("names the place of a mistake in the query", async () => {
    assertMatch(await refused("SELECT 1\nFROM logs WHERE AND"), /near "AND".* \(line 2, column 17\)/);
  });

  await t.step("names the nearest captures for one that is not there", async () => {
    assertStringIncludes(await refused("knwon", "SELECT 1"), "known");
    assertStringIncludes(await refused("knwon"), "known");
  });

  await t.step("refuses what is no capture, with what to do", async () => {
    await Deno.mkdir(join(user.folder, "empty"));
    assertStringIncludes(await refused("./empty", "SELECT 1"), "empty");
    assertStringIncludes(await refused("--dir", "empty", "SELECT 1"), "there is no capture in");
    assertStringIncludes(await refused("-f", "missing.sql"), "missing.sql");
    assertStringIncludes(await refused("--format", "xml", "SELECT 1"), "xml");
    assertStringIncludes(await refused("--fromat", "csv", "SELECT 1"), "--format");
    assertStringIncludes(await refused(), "standard input is empty");
  });

  await t.step("refuses at once what would fetch something", async () => {
    await refused("SELECT now() AT TIME ZONE 'UTC'");
    await refused("SELECT * FROM read_csv('https://example.org/x.csv')");
  });

  await t.step("ends quietly when nobody reads its output any more", async () => {
    const child = user.start(["sql", "--format", "csv", "SELECT range, repeat('x', 1000) FROM range(20000)"]);
    const reader = child.stdout.getReader();
    await reader.read();
    await reader.cancel();
    const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text()]);
    await child.stdin.close();
    assertEquals([code, stderr], [0, ""]);
  });

  await t.step("ends with 130 when it is interrupted in the middle of a query", async () => {
    const child = user.start([
      "sql",
      "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b",
    ]);
    const ended = outcomeOf(child);
    // The query never ends by itself: whenever the signal comes, it is in time.
    const timer = setInterval(() => killIfRunning(child, "SIGINT"), 1000);
    const { code } = await ended;
    clearInterval(timer);
    await child.stdin.close();
    assertEquals(code, 130);
  });
});
