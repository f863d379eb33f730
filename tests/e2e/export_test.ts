import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { killIfRunning } from "../support/kill_if_running.ts";
import { newUser, producer, startOnTerminal, TASK, type User, waitFor } from "./ringscope.ts";

/** A user with the capture `known`, whose entries producer.c tells: three data, the others texts. */
async function userWithCapture(): Promise<User> {
  const user = await newUser();
  const program = await producer();
  const recorded = await user.run(["capture", "--quiet", "--name", "known", "--", program, "entries"]);
  assertEquals(recorded.code, 0, recorded.stderr);
  return user;
}

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
}

async function tshark(file: string, ...fields: string[]): Promise<string[][]> {
  const { code, stdout, stderr } = await new Deno.Command("tshark", {
    args: ["-r", file, "-T", "fields", ...fields.flatMap((field) => ["-e", field])],
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trimEnd().split("\n").map((line) => line.split("\t"));
}

const hasTshark = await new Deno.Command("tshark", { args: ["--version"] }).output().then(
  ({ success }) => success,
  () => false,
);

Deno.test("export", async (t) => {
  await using user = await userWithCapture();
  const run = async (...args: string[]) => {
    const outcome = await user.run(["export", ...args]);
    assertEquals(outcome.code, 0, outcome.stderr);
    return outcome;
  };
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await user.run(["export", ...args]);
    assertEquals([code, stdout], [2, ""], stderr);
    assertMatch(stderr, /^error: [^\n]+\n$/, "one clear line");
    return stderr;
  };
  const sql = async (query: string) => (await user.run(["sql", "--format", "csv", query])).stdout;

  await t.step("writes CSV to standard output, the same as SQL over logs does", async () => {
    const { stdout, stderr } = await run();
    assertEquals([stdout, stderr], [await sql("SELECT * FROM logs ORDER BY idx"), ""]);
  });

  await t.step("takes the filters of tail", async () => {
    const { stdout } = await run("known", "--format", "ndjson", "--severity", "warn", "--exclude", "fatal");
    assertEquals(stdout.trimEnd().split("\n").map((line) => JSON.parse(line).message), [
      "this is warn",
      "this is error",
    ]);
    assertEquals((await run("--until", "+0s")).stdout, (await run("--since", "2099-01-01")).stdout);
    const where = await run("--format", "ndjson", "--where", "type = 4000000000");
    assertEquals(JSON.parse(where.stdout).data, "74657874");
  });

  await t.step("writes a file by its ending, and tells of it", async () => {
    for (const name of ["a.csv", "a.ndjson", "a.arrows", "a.parquet", "a.json"]) {
      const { stdout, stderr } = await run("-o", name);
      assertEquals(stdout, "");
      assertMatch(stderr, new RegExp(`^\\S.*${name}: 10 entries, [\\d.]+ (B|KiB)\n$`));
    }
    assertEquals(
      await Deno.readTextFile(join(user.folder, "a.csv")),
      await sql("SELECT * FROM logs ORDER BY idx"),
    );
    assertEquals(JSON.parse(await Deno.readTextFile(join(user.folder, "a.json"))).traceEvents.length, 10);
  });

  await t.step("tells machines of the file in JSON", async () => {
    const { stdout, stderr } = await run("-o", "j.pcapng", "--json", "--quiet");
    const { file, format, entries, left_out, lost } = JSON.parse(stdout);
    assertEquals([file, format, entries, left_out, lost, stderr], [
      join(user.folder, "j.pcapng"),
      "pcapng",
      3,
      7,
      0,
      "",
    ]);
    assertStringIncludes(await refused("--json"), "--json tells of the file");
  });

  await t.step("replaces a file only with --force", async () => {
    const file = join(user.folder, "b.csv");
    await Deno.writeTextFile(file, "mine");
    assertStringIncludes(await refused("-o", "b.csv"), "it exists");
    assertEquals(await Deno.readTextFile(file), "mine");
    await run("-o", "b.csv", "--force");
    assertStringIncludes(await Deno.readTextFile(file), "this is fatal");
  });

  await t.step("leaves no half file behind when it is interrupted or fails", async () => {
    await Deno.mkdir(join(user.folder, "out"));
    const before = await namesIn(join(user.folder, "out"));
    // The query never ends by itself: whenever the signal comes, it is in time.
    const endless = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b";
    for (const what of [["--query", endless], ["--where", "true"]]) {
      const child = user.start(["export", ...what, "-o", "out/c.csv"]);
      await waitFor(async () => (await namesIn(join(user.folder, "out"))).length > before.length || null);
      killIfRunning(child, "SIGINT");
      const { code } = await child.output();
      await child.stdin.close().catch(() => {});
      const names = await waitFor(async () => {
        const now = await namesIn(join(user.folder, "out"));
        return now.some((name) => name.endsWith(".part")) ? null : now;
      });
      if (what[1] === endless) assertEquals([code, names], [130, []]);
      assert(names.length === 0 || names.join() === "c.csv", `a whole file or none: ${names}`);
      await Deno.remove(join(user.folder, "out"), { recursive: true });
      await Deno.mkdir(join(user.folder, "out"));
    }
    await refused("--where", "replace(message, 'this is ', '')::INTEGER > 0", "-o", "out/c.csv");
    assertEquals(await namesIn(join(user.folder, "out")), []);
  });

  await t.step("writes the rows of a query", async () => {
    const query = "SELECT kind, count(*) AS n FROM logs GROUP BY kind ORDER BY kind";
    assertEquals((await run("--query", query)).stdout, "kind,n\ndata,3\ntext,7\n");
    assertEquals((await run("--query", query, "--severity", "warn")).stdout, "kind,n\ntext,3\n");
    await run("--query", query, "-o", "q.ndjson");
    assertEquals(
      await Deno.readTextFile(join(user.folder, "q.ndjson")),
      `{"kind":"data","n":3}\n{"kind":"text","n":7}\n`,
    );
    assertStringIncludes(await refused("--query", "SELECT nonsense FROM logs"), "nonsense");
  });

  await t.step("stops quietly when nobody reads on", async () => {
    const words = TASK.map((word) => `'${word}'`).join(" ");
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", `${words} export | head -n 1`],
      cwd: user.folder,
      // Where `deno task test` was typed is not where this user stands.
      env: { INIT_CWD: user.folder },
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    assertMatch(new TextDecoder().decode(stdout), /^capture,idx,ts,/);
  });

  await t.step("refuses in one line what it cannot do", async () => {
    assertStringIncludes(await refused("nobody"), `no capture "nobody"`);
    assertStringIncludes(await refused("known", "known"), "export writes one capture");
    assertStringIncludes(await refused("-o", "a.txt"), "--format is missing");
    assertStringIncludes(await refused("--link-type", "raw"), "--link-type is for pcapng");
    assertStringIncludes(await refused("--format", "trace", "--begin", "x"), "belong together");
    assertStringIncludes(await refused("--query", "SELECT 1", "--match", "x"), "--query");
    assertStringIncludes(await refused("--query", "SELECT 1", "-o", "a.parquet"), "csv or ndjson");
    assertStringIncludes(await refused("--where", "count(*) > 1"), "--where");
    assertStringIncludes(await refused("-o", "captures"), "--format is missing");
    const missing = await user.run(["export", "-o", "no/where.csv"]);
    assertEquals(missing.code, 1);
    assertStringIncludes(missing.stderr, "there is no folder");
  });

  await t.step("gives a terminal no bytes", async () => {
    const terminal = await startOnTerminal(user, [...TASK, "export", "--format", "arrow"]);
    const { code, shown } = await terminal.ended();
    assertEquals(code, 2);
    assertStringIncludes(shown, "arrow is not for terminals");
  });
});

Deno.test({
  name: "export writes packets that tshark reads, with their nanoseconds",
  ignore: !hasTshark,
  async fn() {
    await using user = await userWithCapture();
    const { code, stderr } = await user.run([
      "export",
      "-o",
      "p.pcapng",
      "--link-type",
      "user3",
      "--interface",
      "driver",
    ]);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, "7 entries have no place in pcapng");
    assertStringIncludes(stderr, "p.pcapng: 3 entries");
    const rows = await tshark(
      join(user.folder, "p.pcapng"),
      "frame.time_epoch",
      "frame.len",
      "frame.interface_name",
      "data.data",
      "frame.comment",
    );
    const query =
      "SELECT epoch_ns(ts), octet_length(data), data, idx, type, remarks FROM logs WHERE kind = 'data' ORDER BY idx";
    const expected = (await user.run(["sql", "--format", "csv", query])).stdout.trimEnd().split("\n").slice(1)
      .map((line) => line.replaceAll('"', "").split(","));
    assertEquals(
      rows.map(([time, length, name, data]) => [time?.replace(".", ""), length, name, data ?? ""]),
      expected.map(([ns, length, data]) => [ns, length, "driver", data]),
    );
    expected.forEach(([, , , idx, type, remarks], at) => {
      const comment = rows[at]?.at(-1) ?? "";
      assertMatch(comment, new RegExp(`^idx=${idx} .* type=${type} remarks=${remarks} `));
    });
    await user.run(["export", "-o", "one.pcapng", "--type", "1"]);
    assertEquals((await tshark(join(user.folder, "one.pcapng"), "frame.len")).length, 1);
  },
});
