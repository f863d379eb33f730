import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { listBatches } from "../../runtime/arrow/segment_index.ts";
import { listProcesses } from "./processes.ts";
import { processOf, startRunning } from "./running_capture.ts";
import {
  newUser,
  producer,
  startOnTerminal,
  TASK,
  type User,
  userEnvironment,
  waitFor,
} from "./ringscope.ts";

/** Of "still here" in its ring: the header, and the text in whole units of eight. */
const ENTRY_BYTES = 56 + 16;

/** Starts to follow the newest capture; it has shown something. */
async function startFollowing(user: User, ...options: string[]) {
  const child = user.start(["tail", "--json", "--lines", "1", ...options]);
  await child.stdin.close();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  let shown = "";
  const reading = (async () => {
    for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
      shown += piece;
      begin();
    }
  })();
  await begun;
  return {
    /** Waits for its end. */
    async ended() {
      const [{ code }, stderr] = await Promise.all([
        child.status,
        new Response(child.stderr).text(),
        reading,
      ]);
      const indexes = shown.trim().split("\n").map((line): number => JSON.parse(line).idx);
      return { code, stderr, indexes };
    },
  };
}

Deno.test("tail of a finished capture", async (t) => {
  await using user = await newUser();
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
  const lines = async (...args: string[]) => {
    const { code, stdout, stderr } = await user.run(["tail", ...args]);
    assertEquals(code, 0, stderr);
    return { lines: stdout.split("\n").slice(0, -1), stderr };
  };
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await user.run(["tail", ...args]);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^error: [^\n]+\n$/, "one clear line");
    return stderr;
  };

  await t.step("ends by itself and shows the newest ten entries of the newest capture", async () => {
    const { lines: shown, stderr } = await lines();
    assertEquals([shown.length, stderr], [10, ""]);
    assertMatch(shown[0] ?? "", /^\d\d:\d\d:\d\d\.\d{6} +\d+ trace \d+:\d+ +this is trace$/);
    assertMatch(shown[6] ?? "", / info +\d+:\d+ +data type=1 remarks=10 4 bytes 00ff0a2c$/);
    assertMatch(shown[9] ?? "", / two\\nlines, "quoted" \| piped$/);
  });

  await t.step("--lines, filters and the summary of what they left out", async () => {
    assertEquals((await lines("known", "--lines", "2", "--no-follow")).lines.length, 2);
    const { lines: shown, stderr } = await lines("--severity", "warn", "--exclude", "/FATAL/i");
    assertEquals(shown.map((line) => line.split(" ").at(-1)), ["warn", "error"]);
    assertEquals(stderr, "2 of 10 entries shown; filtered out: 7 by --severity, 1 by --exclude\n");
    assertEquals((await lines("--match", "trace", "--match", "quoted", "--quiet")).stderr, "");
    const where = await lines("--where", "kind = 'data' AND type > 1");
    assertEquals(where.lines.map((line) => /type=(\d+)/.exec(line)?.[1]), ["2", "4000000000"]);
  });

  await t.step("--json prints what sql prints of the same entries", async () => {
    const { lines: shown } = await lines("--json");
    const { stdout } = await user.run(["sql", "--format", "ndjson", "SELECT * FROM logs ORDER BY idx"]);
    assertEquals(
      shown.map((line) => JSON.parse(line)),
      stdout.trim().split("\n").map((line) => JSON.parse(line)),
    );
  });

  await t.step("colours the level and what is to be highlighted, when asked", async () => {
    const words = ["tail", "--color", "always", "--match", "this is warn", "--highlight", "is"];
    const { stdout } = await new Deno.Command("env", {
      args: ["-u", "NO_COLOR", ...TASK, ...words],
      cwd: user.folder,
      clearEnv: true,
      env: userEnvironment(),
    }).output();
    const shown = new TextDecoder().decode(stdout);
    assertStringIncludes(shown, "\x1b[33mwarn \x1b[39m");
    assertStringIncludes(shown, "th\x1b[30;43mis\x1b[0m \x1b[30;43mis\x1b[0m warn");
  });

  await t.step("keeps filters under a name in the user's folder for settings", async () => {
    const env = { XDG_CONFIG_HOME: join(user.folder, "config") };
    const saved = await user.run(["tail", "--severity", "warn", "--match", "this", "--save", "loud"], {
      env,
    });
    assertEquals([saved.code, saved.stdout.split("\n").length], [0, 4]);
    const file = join(user.folder, "config", "ringscope", "filters", "loud.json");
    assertEquals(JSON.parse(await Deno.readTextFile(file)), { severity: "warn", match: ["this"] });
    const again = await user.run(["tail", "--filter", "loud", "--exclude", "fatal"], { env });
    assertEquals([again.code, again.stdout.split("\n").length], [0, 3]);
    assertEquals((await user.run(["tail", "--filters"], { env })).stdout, "loud\n");
    const missing = await user.run(["tail", "--filter", "laud"], { env });
    assertEquals([missing.code, missing.stderr], [2, `error: there is no filter "laud": there are loud\n`]);
  });

  await t.step("refuses what it cannot do, in one line", async () => {
    assertStringIncludes(await refused("--where", "message"), "BOOLEAN");
    assertStringIncludes(await refused("--where", "severity > AND"), "(line 1, column 12)");
    assertStringIncludes(await refused("--match", "/(/"), "no regular expression");
    assertStringIncludes(await refused("--processor", "0,x"), "no processor number");
    assertStringIncludes(await refused("--lines", "many"), "no number of lines");
    assertStringIncludes(await refused("--severity", "loud"), "trace, debug");
    assertStringIncludes(await refused("--save", "../x"), "a filter is named with");
    assertStringIncludes(await refused("knwon"), "did you mean known?");
    assertStringIncludes(await refused("known", "known"), "one capture");
    const eleven = [..."abcdefghijk"].flatMap((letter) => ["--highlight", letter]);
    assertStringIncludes(await refused(...eleven), "10 colours");
  });
});

Deno.test("tail shows losses where they happened, with their number and cause", async () => {
  await using user = await newUser();
  const program = await producer();
  const words = [
    "capture",
    "--json",
    "--name",
    "lossy",
    "--ring-size",
    "64KiB",
    "--",
    program,
    "overrun",
    "200000",
  ];
  const recorded = JSON.parse((await user.run(words)).stdout);
  assert(recorded.lost > 0, "50,000 texts that nobody reads are more than the rings hold");
  const { stdout, stderr } = await user.run(["tail", "--lines", "1000000"]);
  let at = 0, lost = 0;
  for (const line of stdout.split("\n").slice(0, -1)) {
    const hole = / LOST +([\d,]+) lost \(lost_full\)$/.exec(line)?.[1];
    if (hole === undefined) {
      const number = Number(/ burst (\d+)$/.exec(line)?.[1]);
      assertEquals(number, at, "no text is missing where no loss is shown");
      at = number + 1;
    } else {
      at += Number(hole.replaceAll(",", ""));
      lost += Number(hole.replaceAll(",", ""));
    }
  }
  assertEquals([at, lost], [200_000, recorded.lost]);
  assertStringIncludes(stderr, `${recorded.lost.toLocaleString("en-US")} lost`);
});

Deno.test("tail follows a capture to its end and then ends itself", async () => {
  await using user = await newUser();
  const running = await startRunning(user);
  const following = await startFollowing(user, "running");
  const { entries } = await running.end();
  const { code, stderr, indexes } = await following.ended();
  assertEquals([code, stderr, indexes.at(-1)], [0, "", entries - 1]);
  assertEquals(indexes.length, entries - indexes[0]!, "nothing between is missing");
});

Deno.test("Ctrl-C ends tail at once with 0, and not the capture", async () => {
  await using user = await newUser();
  const running = await startRunning(user);
  const terminal = await startOnTerminal(user, [...TASK, "tail", "--match", "here", "--highlight", "still"]);
  await terminal.shows("here");
  await terminal.type("\x03");
  const { code, shown } = await terminal.ended();
  assertEquals(code, 0, shown);
  assertEquals((await running.end()).complete, true);
});

Deno.test("Ctrl-C ends tail at once with 0 when nobody reads on", async () => {
  await using user = await newUser();
  const words = ["capture", "--quiet", "--name", "long", "--", await producer(), "burst", "50000"];
  assertEquals((await user.run(words)).code, 0);
  const child = user.start(["tail", "--lines", "50000", "--highlight", "burst"]);
  await child.stdin.close();
  const reader = child.stdout.getReader();
  await reader.read(); // from here on the pipe fills up
  Deno.kill(await processOf(user, "--highlight"), "SIGINT");
  const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text()]);
  await reader.cancel();
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("tail ends quietly when nobody reads its output any more", async () => {
  await using user = await newUser();
  const running = await startRunning(user);
  const child = user.start(["tail"]);
  await child.stdin.close();
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text()]);
  assertEquals([code, stderr], [0, ""]);
  await running.end();
});

Deno.test("a follower that stands still costs the capture nothing, and shows everything when it goes on", async () => {
  await using user = await newUser();
  // More is stored than the rings hold: were anybody to wait for the follower, it would not be.
  const ringBytes = 256 * 1024;
  const running = await startRunning(user, "--ring-size", String(ringBytes));
  const follower = await startFollowing(user, "--match", "still");
  const pid = await processOf(user, "still");
  Deno.kill(pid, "SIGSTOP");
  try {
    const enough = navigator.hardwareConcurrency * ringBytes / ENTRY_BYTES;
    const logs = join(user.folder, "captures", "running", "logs", "000001.arrows");
    await waitFor(() => listBatches(logs).reduce((sum, { rows }) => sum + rows, 0) > enough || null);
    const result = await running.end(); // while the follower stands still
    assertEquals(result.complete, true);
    assertEquals(
      listProcesses().find((one) => one.pid === pid)?.state,
      "T",
      "it has stood still all the time",
    );
    Deno.kill(pid, "SIGCONT");
    const { code, stderr, indexes } = await follower.ended();
    assertEquals([code, stderr], [0, ""]);
    assertEquals(indexes.length, result.entries - indexes[0]!, "the follower shows each entry once");
  } finally {
    if (listProcesses().some((one) => one.pid === pid)) Deno.kill(pid, "SIGCONT");
  }
});
