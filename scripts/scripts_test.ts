/** Each script, as a user runs it, on a small capture whose answers are checked by eye. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { makeRuns } from "../runtime/compare/test_support.ts";
import { makeBatch, makeCapture, makeGaps } from "../tests/support/make_capture.ts";

const dir = await Deno.makeTempDir();
Deno.test.afterAll(() => Deno.remove(dir, { recursive: true }));

const boot = await makeCapture(dir, "boot", {
  logs: [[makeBatch([
    { idx: 0, seq: 0, ticks: 0, payload: "submit id=1" },
    { idx: 1, seq: 1, ticks: 1_000, payload: "submit id=2" },
    { idx: 2, seq: 2, ticks: 5_000, payload: "done id=1" },
    { idx: 3, seq: 3, ticks: 9_000, severity: 5, payload: "done id=2 failed" },
  ], { counters: [{ attempts: 6, read: 4, lost_full: 2 }] })]],
  gaps: [makeGaps([{ cause: "lost_full", lost: 2, prev: { seq: 3, idx: 3, ticks: 9_000 } }], 0)],
});
const after = await makeCapture(dir, "after", {
  logs: [[makeBatch([
    { idx: 0, seq: 0, ticks: 0, payload: "submit id=7" },
    { idx: 1, seq: 1, ticks: 10, payload: "reset of port 3" },
  ], { counters: [{ attempts: 2, read: 2 }] })]],
});

async function run(script: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-read",
      "--allow-env",
      "--allow-sys",
      "--allow-ffi",
      fromFileUrl(new URL(script, import.meta.url)),
      ...args,
    ],
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("latency_report tells the percentiles of each processor", async () => {
  const { code, stdout } = await run("latency_report.ts", boot);
  assertEquals(code, 0);
  assertStringIncludes(stdout, "| 0 | 4 | 0.007 | 0.010 | 0.010 | 0.010 | 0.010 |");
});

Deno.test("loss_watch ends with 1 and names what was lost, or with 0", async () => {
  const lossy = await run("loss_watch.ts", boot);
  assertEquals([lossy.code, lossy.stdout], [1, "2 lost\n"]);
  assertStringIncludes(lossy.stderr, "2 more lost, 2 of 6 in all\nprocessor 0: 2 lost (lost_full)\n");
  assertEquals(await run("loss_watch.ts", after), { code: 0, stdout: "nothing lost\n", stderr: "" });
});

Deno.test("slowest_requests shows the slowest first", async () => {
  const { code, stdout } = await run("slowest_requests.ts", boot, "submit id=(\\d+)", "done id=(\\d+)");
  assertEquals([code, stdout.trimEnd().split("\n").map((line) => line.trim())], [0, [
    "8.0 us  key 2  idx 1  submit id=2",
    "5.0 us  key 1  idx 0  submit id=1",
  ]]);
});

Deno.test("top_templates counts messages and shows what is new in another capture", async () => {
  const { code, stdout } = await run("top_templates.ts", boot, after);
  assertEquals(code, 0);
  assertMatch(stdout, / 2 {2}info {3}submit id=#/);
  assertMatch(stdout, /New in after:\n\n +1 {2}info {3}reset of port #\n$/);
});

Deno.test("health_line prints one line for what is there", async () => {
  const { code, stdout } = await run("health_line.ts", boot);
  assertEquals(code, 0);
  assertMatch(stdout, /^\S+Z {2}4 entries {2}\d+\/s {2}2 lost {2}p99 0\.01 ms {2}1 errors\n$/);
});

Deno.test("errors_to_markdown shows each error behind what led to it", async () => {
  const { code, stdout } = await run("errors_to_markdown.ts", boot, "1");
  assertEquals(code, 0);
  assertStringIncludes(stdout, "## done id=2 failed (idx 3)");
  assertStringIncludes(
    stdout,
    "-4.0 us  [0] info  done id=1\n         0.0 us  [0] error done id=2 failed\n```",
  );
  assertStringIncludes((await run("errors_to_markdown.ts", after)).stdout, "There are none.");
});

Deno.test("regression tells of each metric what the runs carry, and ends with the status of the verdict", async () => {
  const [one] = await makeRuns(dir, "one", 1, { aboutNs: 10_000 });
  const failing = await makeRuns(dir, "failing", 1, { aboutNs: 10_000, errors: ["reset of port 3"] });
  const { code, stdout, stderr } = await run("regression.ts", one!, "--", ...failing);
  assertEquals([code, stderr], [4, ""], stdout);
  assertMatch(stdout, /^inconclusive: runs with this message of reset of port # /m);
  assertMatch(stdout, /\ninconclusive, 1 runs against 1\n$/);
});

Deno.test("each script without a capture says how it is called, and is in the list", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", import.meta.url));
  for await (const { name } of Deno.readDir(fromFileUrl(new URL(".", import.meta.url)))) {
    if (!name.endsWith(".ts") || name.endsWith("_test.ts")) continue;
    const { code, stderr } = await run(name);
    assertEquals(code, 2, name);
    assertMatch(stderr, new RegExp(`^usage: ${name} CAPTURE`));
    assertStringIncludes(readme, `(${name})`);
  }
});
