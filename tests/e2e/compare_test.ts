/** What a team does in CI: the example recorded as a baseline, again, with a slower path, and with rings that lose. */
import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { ensureBuilt } from "../../runtime/build/build.ts";
import { newUser, type User } from "./ringscope.ts";

const RUNS = 5;
const COUNT = "1000";
const SLOW = { args: ["--slow-check", "40"] };

/**
 * Compares two sides; exit status and output. A right judge is wrong by chance in some of a thousand comparisons
 * (runtime/compare/CALIBRATION.md): whoever wants a verdict not to be there asks new captures once more.
 */
async function judge(user: User, sides: readonly string[]): Promise<{ code: number; stdout: string }> {
  const { code, stdout, stderr } = await user.run(["compare", ...sides]);
  assert([0, 3, 4].includes(code), `${code}\n${stdout}\n${stderr}`);
  return { code, stdout };
}

/** Records runs of several kinds in turn, so that whatever else the machine does meets all of them alike. */
async function record(
  user: User,
  kinds: Readonly<Record<string, { options?: readonly string[]; args?: readonly string[] }>>,
): Promise<void> {
  const { examples } = await ensureBuilt();
  for (let run = 1; run <= RUNS; run++) {
    for (const [name, { options = [], args = [] }] of Object.entries(kinds)) {
      const program = [examples["requests"] ?? "", "--count", COUNT, ...args];
      const words = ["capture", "--quiet", "--name", `${name}-${run}`, ...options, "--", ...program];
      const { code, stderr } = await user.run(words);
      assertEquals(code, 0, stderr);
    }
  }
}

Deno.test("a comparison in CI", async (t) => {
  await using user = await newUser();
  await record(user, {
    base: {},
    again: {},
    slow: SLOW,
    tiny: { options: ["--ring-size", "4KiB"] },
  });

  await t.step("a baseline is saved, shown and put to use, and its captures may go", async () => {
    const saved = await user.run(["baseline", "save", "main", "base-*"]);
    assertEquals([saved.code, saved.stdout, saved.stderr], [0, "saved baselines/main: 5 runs\n", ""]);
    const refused = await user.run(["baseline", "save", "main", "base-1"]);
    assertEquals(refused.code, 2);
    assertMatch(refused.stderr, /there is a baseline "main" .*--replace/);
    assertEquals((await user.run(["baseline", "use", "main"])).code, 0);
    const list = await user.run(["baseline", "list"]);
    assertMatch(list.stdout, /main +│ in use │ +5 │/);
    const [json] = JSON.parse((await user.run(["baseline", "list", "--json"])).stdout);
    assertEquals([json.name, json.in_use, json.runs.length], ["main", true, 5]);
    const names = Array.from({ length: RUNS }, (_, at) => `base-${at + 1}`);
    assertEquals((await user.run(["rm", "--yes", ...names])).code, 0);
  });

  await t.step("the unchanged program has not regressed", async () => {
    let { code, stdout } = await judge(user, ["again-*"]);
    assertStringIncludes(stdout, "the baseline main, 5 runs against 5 runs");
    if (code === 3) {
      await record(user, { fresh: {}, equal: {} });
      ({ code, stdout } = await judge(user, ["fresh-*", "equal-*"]));
    }
    assertNotEquals(code, 3, stdout);
  });

  await t.step("a slower path is a regression that names the metric and the event", async () => {
    const words = [
      "compare",
      "slow-*",
      "--junit",
      "report.xml",
      "--markdown",
      "report.md",
      "--html",
      "report.html",
    ];
    const { code, stdout, stderr } = await user.run(words);
    assertEquals(code, 3, `${stdout}\n${stderr}`);
    assertMatch(stdout, /^regressed: duration_p50 \(event=check\): \+\d+/);
    assertMatch(stdout, /regressed +│ duration_p50 \(event=check\)/);
    const hasOther = (text: string) => /regressed +│ duration_p50 \(event=parse\)/.test(text);
    let isWrong = hasOther(stdout);
    if (isWrong) {
      await record(user, { before: {}, slower: SLOW });
      isWrong = hasOther((await judge(user, ["before-*", "slower-*"])).stdout);
    }
    assertEquals(isWrong, false, "the other path did not change");
    assertStringIncludes(stderr, "wrote report.xml");
    const report = await Deno.readTextFile(join(user.folder, "report.xml"));
    assertMatch(report, /<testcase name="duration_p50 \(event=check\)"[^>]*>\s*<failure type="regressed"/);
    assertStringIncludes(await Deno.readTextFile(join(user.folder, "report.md")), "## ❌ regressed");
    assertStringIncludes(await Deno.readTextFile(join(user.folder, "report.html")), "duration_p50");
  });

  await t.step("GitHub gets annotations and a summary", async () => {
    const summary = join(user.folder, "summary.md");
    const env = { GITHUB_STEP_SUMMARY: summary };
    const { code, stdout } = await user.run(["compare", "--github", "--quiet", "slow-*"], { env });
    assertEquals(code, 3);
    assertMatch(stdout, /^::error title=ringscope compare%3A regressed::/);
    assert(stdout.trimEnd().split("\n").every((line) => line.startsWith("::")), stdout);
    assertStringIncludes(await Deno.readTextFile(summary), "## ❌ regressed");
  });

  await t.step("rings that lose entries make it inconclusive, and the loss is named", async () => {
    const { code, stdout } = await user.run(["compare", "tiny-*"]);
    assertEquals(code, 4, stdout);
    assertMatch(stdout, /^inconclusive: .*ring size \(4 MiB against 4 KiB\).*lost/);
    assertMatch(stdout, /differs: missing entries: before none, now tiny-1: \d+ lost \(\d+ lost_full\)/);
    const passed = await user.run(["compare", "--inconclusive", "pass", "--quiet", "tiny-*"]);
    assertEquals(passed.code, 0);
    // With the size of the rings allowed to differ, nothing that a loss could hide is the same or better.
    const words = ["compare", "--allow", "ring size", "--json", "tiny-*"];
    const { metrics } = JSON.parse((await user.run(words)).stdout);
    type Judged = { metric: { name: string }; verdict: string; obstacle: string | null };
    const durations: Judged[] = metrics.filter(({ metric }: Judged) => metric.name.startsWith("duration"));
    assert(durations.length >= 3);
    assertEquals(durations.filter(({ verdict }) => verdict !== "inconclusive"), []);
    // Where the machine was busy its noise stands in the way first.
    const obstacles = new Set(durations.map(({ obstacle }) => obstacle));
    const known = new Set(["loss", "interval-spans-effect", "too-few-runs"]);
    assertEquals(
      [...obstacles].filter((obstacle) => !known.has(obstacle ?? "")),
      [],
      JSON.stringify(durations),
    );
  });

  await t.step("the same captures and seed print the same JSON", async () => {
    const words = ["compare", "--json", "--seed", "5", "again-1", "slow-1"];
    const [first, second] = [await user.run(words), await user.run(words)];
    assertEquals([first.code, first.stdout], [4, second.stdout]);
    assertEquals(JSON.parse(first.stdout).settings.seed, 5);
  });

  await t.step("a metric of one's own decides too, and a bad one is refused with file and line", async () => {
    const folder = join(user.folder, "metrics");
    await Deno.mkdir(folder);
    const metric = (column: string) =>
      `-- Bodies that are checked.\n-- title: bytes of a body\n-- unit: B\n-- kind: value\n-- better: lower\n-- smallest effect: 1 %\n` +
      `-- gate: yes\n-- loss: counted\nSELECT avg(${column}) AS value\nFROM event_request_done;\n`;
    await Deno.writeTextFile(join(folder, "body.sql"), metric("length"));
    const words = ["compare", "--metrics", "metrics", "--json", "again-1", "slow-1"];
    const { metrics } = JSON.parse((await user.run(words)).stdout);
    const own = metrics.find(({ metric }: { metric: { name: string } }) => metric.name === "body");
    assert(own.centre.base > 2000 && own.centre.base === own.centre.candidate);

    await Deno.writeTextFile(join(folder, "body.sql"), metric("lenght"));
    await Deno.writeTextFile(join(folder, "other.sql"), "-- title: x\nSELECT 1 AS value;\n");
    const header = await user.run(words);
    assertEquals([header.code, header.stdout], [2, ""]);
    assertMatch(header.stderr, /error: .*metrics\/other\.sql:1: "-- kind: …" is missing/);
    await Deno.remove(join(folder, "other.sql"));
    const sql = await user.run(words);
    assertEquals([sql.code, sql.stdout], [2, ""]);
    assertMatch(sql.stderr, /error: .*metrics\/body\.sql:9: Binder Error: .*"lenght"/);
  });

  await t.step("wrong use is told with what to do", async () => {
    const told = async (...words: string[]) => {
      const { code, stderr } = await user.run(["compare", ...words]);
      assertEquals(code, 2, stderr);
      return stderr;
    };
    assertMatch(await told("again-1", "again-2", "slow-1"), /which are the base/);
    assertMatch(await told("--baseline", "none", "slow-1"), /there is main/);
    assertMatch(await told("--allow", "weather", "slow-1"), /can be allowed/);
    assertMatch(await told("again-1", "again-1"), /one and the same recording/);
    assertMatch(await told("--seed", "x", "slow-1"), /no seed/);
    assertMatch(await told("nothing-*", "slow-1"), /no name in/);
    assertEquals((await user.run(["baseline", "rm", "main"])).stdout, "removed main\n");
    assertMatch(await told("slow-1"), /nothing to compare slow-1 with/);
  });
});
