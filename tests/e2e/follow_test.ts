import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { listBatches } from "../../runtime/arrow/segment_index.ts";
import { listProcesses } from "./processes.ts";
import { newUser, startOnTerminal, TASK, type User, waitFor } from "./ringscope.ts";
import { processOf, startRunning } from "./running_capture.ts";

/** Of "still here" in its ring: the header, and the text in whole units of eight. */
const ENTRY_BYTES = 56 + 16;

/** Follows `query` over the running capture; `answers` are its lines so far. */
async function startFollowing(user: User, query: string) {
  const child = user.start(["sql", "running", "--follow", "--every", "100ms", "--format", "ndjson", query]);
  await child.stdin.close();
  let shown = "";
  const reading = (async () => {
    for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) shown += piece;
  })();
  const answers = () => shown.split("\n").slice(0, -1).map((line) => JSON.parse(line));
  await waitFor(() => answers().length > 0 || null);
  return {
    answers,
    async ended() {
      const [{ code }, stderr] = await Promise.all([
        child.status,
        new Response(child.stderr).text(),
        reading,
      ]);
      return { code, stderr, answers: answers() };
    },
  };
}

Deno.test("sql --follow shows each answer that is another one, and the last one is that of the whole capture", async () => {
  await using user = await newUser();
  const running = await startRunning(user);
  const follower = await startFollowing(user, "SELECT count(*) AS n, max(idx) AS last FROM logs");
  await waitFor(() => follower.answers().length >= 3 || null);
  const result = await running.end();
  const { code, stderr, answers } = await follower.ended();
  assertEquals([code, stderr], [0, ""]);
  const counts = answers.map(({ n }) => n);
  assertEquals(counts, [...new Set(counts)].sort((a, b) => a - b), "each is another one, and they grow");
  assertEquals(answers.at(-1), { n: result.entries, last: result.entries - 1 });
});

Deno.test("a query that is followed and stands still costs the capture nothing", async () => {
  await using user = await newUser();
  const ringBytes = 256 * 1024;
  const running = await startRunning(user, "--ring-size", String(ringBytes));
  const query = "SELECT count(*) AS standing FROM logs";
  const follower = await startFollowing(user, query);
  const pid = await processOf(user, query);
  Deno.kill(pid, "SIGSTOP");
  try {
    // More is stored than the rings hold: were anybody to wait for the follower, it would not be.
    const enough = navigator.hardwareConcurrency * ringBytes / ENTRY_BYTES;
    const logs = join(user.folder, "captures", "running", "logs", "000001.arrows");
    await waitFor(() => listBatches(logs).reduce((sum, { rows }) => sum + rows, 0) > enough || null);
    const result = await running.end();
    assertEquals(result.complete, true);
    assertEquals(listProcesses().find((one) => one.pid === pid)?.state, "T");
    Deno.kill(pid, "SIGCONT");
    const { code, answers } = await follower.ended();
    assertEquals([code, answers.at(-1)], [0, { standing: result.entries }]);
  } finally {
    if (listProcesses().some((one) => one.pid === pid)) Deno.kill(pid, "SIGCONT");
  }
});

Deno.test("on a terminal the table is drawn in place, and Ctrl-C ends it with 0", async () => {
  await using user = await newUser();
  const running = await startRunning(user);
  const words = [
    ...TASK,
    "sql",
    "running",
    "--follow",
    "--every",
    "100ms",
    "SELECT count(*) AS drawn FROM logs",
  ];
  const terminal = await startOnTerminal(user, words);
  await terminal.shows("drawn");
  await terminal.shows("\x1b[5A\x1b[0J"); // over the five lines of the table before
  await terminal.type("\x03");
  const { code, shown } = await terminal.ended();
  assertEquals(code, 0, shown);
  assert((await running.end()).complete);
});

Deno.test("a capture that is not being recorded is answered once, and wrong use is refused", async () => {
  await using user = await newUser();
  await (await startRunning(user)).end();
  const { code, stdout, stderr } = await user.run(["sql", "--follow", "--json", "SELECT 1 AS one"]);
  assertEquals([code, stdout], [0, `[{"one":1}]\n`]);
  assertStringIncludes(stderr, "nothing of running is being recorded: this is the whole answer");
  const refused = await user.run(["sql", "--every", "1s", "SELECT 1"]);
  assertEquals(refused.code, 2);
  assertMatch(refused.stderr, /^error: --every needs --follow\n$/);
});
