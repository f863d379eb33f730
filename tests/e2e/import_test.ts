import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { sample } from "../../runtime/import/test_support.ts";
import { newUser, outcomeOf, producer, waitFor } from "./ringscope.ts";

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
}

Deno.test("import", async (t) => {
  await using user = await newUser();
  const run = async (args: string[], stdin = "") => {
    const outcome = await user.run(["import", ...args], { stdin });
    assertEquals(outcome.code, 0, outcome.stderr);
    return outcome;
  };
  const csv = async (...args: string[]) => {
    const { code, stdout, stderr } = await user.run(["sql", "--quiet", "--format", "csv", ...args]);
    assertEquals(code, 0, stderr);
    return stdout;
  };

  await t.step("makes a capture that every command reads, and shows what could not be read", async () => {
    const { stdout, stderr } = await run([
      sample("dmesg.txt"),
      "--name",
      "boot",
      "--start",
      "2026-03-01T10:00:00Z",
    ]);
    assertEquals(stdout, "boot: 5 entries from dmesg\n");
    assertEquals(
      stderr,
      "warning: line 5: it is no line of dmesg: a line that somebody pasted\n" +
        "warning: 1 of 5 lines could not be read, the first is line 5 (it is no line of dmesg); they are entries of type 1062682962, " +
        "remarks is the line\n" +
        "captures/boot\n",
    );
    assertEquals(
      await csv("boot", "SELECT ts, processor, tid, message FROM logs WHERE type = 0 ORDER BY idx LIMIT 3"),
      "ts,processor,tid,message\n" +
        "2026-03-01T10:00:00.000000000Z,0,0,Linux version 6.1.0 (build@here)\n" +
        "2026-03-01T10:00:01.234567000Z,0,0,usb 1-1: new high-speed USB device number 2\n" +
        "2026-03-01T10:00:12.000001000Z,0,7,thread seven\n",
    );
    assertEquals(
      await csv("boot", "SELECT remarks, message FROM logs WHERE type = 1062682962"),
      "remarks,message\n5,a line that somebody pasted\n",
    );
    const tail = await user.run(["tail", "boot", "--no-follow", "--match", "usb"]);
    assertMatch(tail.stdout, /^10:00:01\.234567 0 info .* usb 1-1: new high-speed/);
    assertStringIncludes((await user.run(["list"])).stdout, "boot");
    assertStringIncludes((await user.run(["info", "boot"])).stdout, "imported from a log (dmesg)");
  });

  await t.step("reads standard input, with columns that are named", async () => {
    const { stdout } = await run(
      [
        "-",
        "--json",
        "--name",
        "piped",
        "--column",
        "ts=when",
        "--column",
        "message=what",
        "--timezone",
        "+02:00",
      ],
      "when,what,level\n2026-03-01 12:00:00,hello,warning\n",
    );
    const { path, format, entries, unread } = JSON.parse(stdout);
    assertEquals([path, format, entries, unread], [join(user.folder, "captures", "piped"), "csv", 1, 0]);
    assertEquals(
      await csv("piped", "SELECT ts, level, message FROM logs"),
      "ts,level,message\n2026-03-01T10:00:00.000000000Z,warn,hello\n",
    );
  });

  await t.step("gets back what export wrote", async () => {
    const recorded = await user.run([
      "capture",
      "--quiet",
      "--name",
      "known",
      "--",
      await producer(),
      "entries",
    ]);
    assertEquals(recorded.code, 0, recorded.stderr);
    const columns =
      "idx, ts, processor, seq, severity, level, kind, type, remarks, pid, tid, event, message, data, read_ts, latency_ns, flags";
    const query = `SELECT ${columns} FROM logs ORDER BY idx`;
    const expected = await csv("known", query);
    for (const ending of ["csv", "ndjson"]) {
      await user.run(["export", "known", "-o", `known.${ending}`]);
      await run([`known.${ending}`, "--name", `from-${ending}`]);
      assertEquals(await csv(`from-${ending}`, query), expected);
    }
  });

  await t.step("takes the file's name, with a number where it is taken", async () => {
    await Deno.copyFile(sample("syslog-3164.log"), join(user.folder, "kern.log"));
    assertMatch((await run(["kern.log", "--year", "2019"])).stdout, /^kern: 3 entries from syslog\n/);
    assertMatch((await run(["kern.log", "--year", "2019"])).stdout, /^kern-2: 3 entries/);
    assertEquals(
      await csv("kern-2", "SELECT max(ts) AS last FROM logs"),
      "last\n2020-01-01T00:00:02.000000000Z\n",
    );
  });

  await t.step("says in one line what cannot be imported, and leaves nothing", async () => {
    const before = await namesIn(join(user.folder, "captures"));
    await Deno.writeTextFile(join(user.folder, "words.txt"), "just\nwords\n");
    for (
      const [args, code, reason] of [
        [[], 2, "no log is named"],
        [["a", "b"], 2, "import reads one log"],
        [["none.log"], 1, "there is no such file"],
        [["words.txt"], 1, "no form that is known"],
        [["words.txt", "--format", "syslog"], 1, "none of its 2 lines could be read as syslog"],
        [["words.txt", "--format", "xml"], 2, "--format"],
        [["words.txt", "--timezone", "Atlantis"], 2, `"Atlantis" is no time zone`],
        [["words.txt", "--year", "12"], 2, `"12" is no year`],
        [["words.txt", "--start", "noon"], 2, `"noon" is no start`],
        [["words.txt", "--column", "when"], 2, `"when" maps no column`],
        [["words.txt", "--name", "boot"], 2, "it exists"],
      ] as const
    ) {
      const { code: found, stdout, stderr } = await user.run(["import", ...args]);
      assertEquals([found, stdout], [code, ""], stderr);
      assertMatch(stderr, /^error: [^\n]+\n$/, "one clear line");
      assertStringIncludes(stderr, reason);
    }
    assertEquals(await namesIn(join(user.folder, "captures")), before);
  });

  await t.step("leaves nothing when it is interrupted", async () => {
    const before = await namesIn(join(user.folder, "captures"));
    const child = user.start(["import", "-", "--name", "cut"]);
    const writer = child.stdin.getWriter();
    // More than the lines in which the form is looked for; the end does not come.
    await writer.write(new TextEncoder().encode("[    1.000000] x\n".repeat(1000)));
    await waitFor(async () => (await namesIn(join(user.folder, "captures"))).includes("cut") || null);
    child.kill("SIGINT");
    const { code } = await outcomeOf(child);
    await writer.close().catch(() => {});
    assert(code !== 0);
    await waitFor(async () => (await namesIn(join(user.folder, "captures"))).includes("cut") ? null : true);
    assertEquals(await namesIn(join(user.folder, "captures")), before);
  });
});
