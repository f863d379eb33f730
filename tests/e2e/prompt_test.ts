import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { deadline } from "@std/async";
import { fromFileUrl, join } from "@std/path";
import { newUser, producer, startOnTerminal, TASK, type Terminal, type User, waitFor } from "./ringscope.ts";

const MAIN = fromFileUrl(new URL("../../runtime/cli/main.ts", import.meta.url));
const CTRL_C = "\x03", CTRL_D = "\x04", UP = "\x1b[A";

async function record(user: User, name: string): Promise<void> {
  const { code, stderr } = await user.run([
    "capture",
    "--quiet",
    "--name",
    name,
    "--",
    await producer(),
    "entries",
  ]);
  assertEquals(code, 0, stderr);
}

/** The prompt, with a history in the user's own folder. */
async function openPrompt(user: User, words: readonly string[] = [...TASK, "sql"]): Promise<Terminal> {
  const terminal = await startOnTerminal(user, [
    "env",
    `XDG_STATE_HOME=${join(user.folder, "state")}`,
    ...words,
  ]);
  await terminal.shows("\\q leaves.");
  await terminal.shows("> ");
  return terminal;
}

Deno.test("the prompt", async (t) => {
  await using user = await newUser();
  await record(user, "other");
  await record(user, "known");
  const prompt = await openPrompt(user);

  await t.step(
    "names the capture that is asked, and takes SQL over several lines until a semicolon",
    async () => {
      await prompt.shows("known> ");
      await prompt.type("SELECT 'there are '\r");
      await prompt.shows("   -> ");
      await prompt.type("  || count(*) FROM logs;\r");
      await prompt.shows("there are 10 ");
    },
  );

  // The line editor takes a Tab as one only when it comes alone or last: otherwise it was pasted.
  await t.step("completes tables, columns and commands", async () => {
    await prompt.type("SELECT max(idx) FROM loss_o\t");
    await prompt.shows("FROM loss_over_time");
    await prompt.type(CTRL_C);
    await prompt.type("SELECT * FROM marks WHERE mess\t");
    await prompt.shows("WHERE message");
    await prompt.type(CTRL_C);
    await prompt.type("\\timi\t");
    await prompt.shows("\\timing");
    await prompt.type("\r");
    await prompt.shows("timing: on");
  });

  await t.step("\\x shows a line for each column", async () => {
    await prompt.type("\\x\rSELECT 6 * 7 AS answer;\r");
    await prompt.shows("answer │ 42");
    await prompt.type("\\x off\r");
    await prompt.shows("a line for each column: off");
  });

  await t.step("\\d explains an object of the library, and a table of one's own", async () => {
    await prompt.type("\\d level_counts\r");
    await prompt.shows("1 trace, 2 debug, 3 info");
    await prompt.type("CREATE TABLE mine AS SELECT 1 AS first_of_mine;\r\\d mine\r");
    await prompt.shows("  first_of_mine  INTEGER");
  });

  await t.step("Ctrl-C cancels a query that would take for ever, and the prompt goes on", async () => {
    await prompt.type("SELECT sum(a.range * b.range) FROM range(1000000000) a, range(1000000000) b;\r");
    const cancelled = prompt.shows("cancelled");
    let isCancelled = false;
    // One that comes before the prompt has taken the question is for nothing: then it is pressed again.
    while (!isCancelled) {
      await prompt.type(CTRL_C);
      isCancelled = await deadline(cancelled, 2000).then(() => true, (error) => {
        if (error instanceof DOMException) return false; // not yet
        throw error;
      });
    }
    await prompt.type("SELECT 'still ' || 'here';\r");
    await prompt.shows("still here");
  });

  await t.step("says where a query is wrong, and which command was meant", async () => {
    await prompt.type("SELECT\r  nonsense;\r");
    await prompt.shows("(line 2, column 3)");
    await prompt.type("\\time\r");
    await prompt.shows("\\timing is the nearest");
  });

  await t.step("shows what is longer than the screen page by page", async () => {
    await prompt.type("SELECT range FROM range(500);\r");
    await prompt.shows("lines 1-39 of 505");
    await prompt.type("G");
    await prompt.shows("lines 467-505 of 505");
    await prompt.type("q");
    await prompt.shows("\x1b[?1049l");
    await prompt.type("SELECT 'left the ' || 'pager';\r");
    await prompt.shows("left the pager");
  });

  await t.step("\\c asks another capture, \\i runs a file, \\o and \\format write one", async () => {
    await Deno.writeTextFile(
      join(user.folder, "many.sql"),
      "SELECT 'first';\nSELECT 'of ' || capture FROM captures;",
    );
    await prompt.type("\\c oth\t");
    await prompt.shows("\\c other");
    await prompt.type("\r");
    await prompt.shows("other> ");
    await prompt.type("\\i many.sql\r");
    await prompt.shows("of other");
    await prompt.type("\\format csv\r\\o out.csv\rSELECT 1 AS a, 2 AS b;\r\\o\rSELECT 'writ' || 'ten';\r");
    await prompt.shows("written");
    assertEquals(await Deno.readTextFile(join(user.folder, "out.csv")), "a,b\n1,2\n");
  });

  await t.step("\\q leaves", async () => {
    await prompt.type("\\q\r");
    const { code, shown } = await prompt.ended();
    assertEquals(code, 0, shown);
    assert(!shown.includes("\x1b[31m"), "NO_COLOR is heeded");
  });

  await t.step("another run recalls whole statements, and Ctrl-D leaves it", async () => {
    const second = await openPrompt(user);
    await second.type(UP.repeat(4));
    await second.shows("SELECT 1 AS a, 2 AS b;");
    await second.type(CTRL_C);
    await second.type(`SELECT 'there${UP}`);
    await second.shows("SELECT 'there are ' || count(*) FROM logs;");
    await second.type(`${CTRL_C}${CTRL_D}`);
    assertEquals((await second.ended()).code, 0);
  });
});

Deno.test("a prompt over a capture that is being recorded sees what was added since the last question", async () => {
  await using user = await newUser();
  const capture = user.start(["capture", "--quiet", "--name", "live", "--", "sleep", "1000"]);
  const output = capture.output();
  const marks = async () =>
    (await user.run(["sql", "--format", "csv", "live", "SELECT message FROM marks"])).stdout.includes(
      "came later",
    );
  await waitFor(async () => (await user.run(["sql", "live", "SELECT 1"])).code === 0 || null);
  const prompt = await openPrompt(user);
  await prompt.type("SELECT count(*) || ' marks' FROM marks;\r");
  await prompt.shows("0 marks");
  assertEquals((await user.run(["mark", "came later"])).code, 0);
  await waitFor(async () => await marks() || null);
  await prompt.type("SELECT 'it ' || message FROM marks;\r");
  await prompt.shows("it came later");
  await prompt.type(CTRL_D);
  assertEquals((await prompt.ended()).code, 0);
  capture.kill("SIGINT");
  await output;
});

Deno.test("a prompt that may run programs pages with the user's own pager, which may leave early", async () => {
  await using user = await newUser();
  await record(user, "known");
  const config = TASK.at(-1) ?? "";
  const words = ["PAGER=head -n 4", Deno.execPath(), "run", "-A", "--config", config, MAIN, "sql"];
  const prompt = await openPrompt(user, words);
  await prompt.type("SELECT 'row ' || range AS r FROM range(300000);\r");
  await prompt.shows("│ row 0 ");
  await prompt.type("SELECT 'after ' || 'it';\r");
  await prompt.shows("after it");
  await prompt.type(CTRL_D);
  const { code, shown } = await prompt.ended();
  assertEquals(code, 0);
  assert(!shown.includes("row 7"), "the rest was left to the pager");
});

Deno.test("a query comes from a pipe as before, and an empty one is refused", async () => {
  await using user = await newUser();
  await record(user, "known");
  const piped = await user.run(["sql", "--format", "csv"], { stdin: "SELECT 3 AS three" });
  assertEquals([piped.code, piped.stdout], [0, "three\n3\n"]);
  const empty = await user.run(["sql"], { stdin: "" });
  assertEquals(empty.code, 2);
  assertStringIncludes(empty.stderr, "standard input is empty");
});
