import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { buildProgram, ensureBuilt } from "../../runtime/build/build.ts";
import { record } from "../../runtime/capture/record.ts";
import { encodeSite } from "../../runtime/events/test_support.ts";
import { openCapture } from "../../runtime/mod.ts";
import { image } from "../golden/image_builder.ts";
import { newUser, outcomeOf, TASK, type User, waitFor } from "./ringscope.ts";

/** The compiled controlled.c, which comes by its sites when it is told to. */
class Controlled implements AsyncDisposable {
  readonly rings: string;
  readonly #folder: string;
  readonly #child: Deno.ChildProcess;
  #step = 0;

  private constructor(rings: string, folder: string, program: string) {
    this.rings = rings;
    this.#folder = folder;
    this.#child = new Deno.Command(program, { args: [rings, folder], stdin: "null" }).spawn();
  }

  static async start(rings: string): Promise<Controlled> {
    await ensureBuilt();
    const program = await buildProgram({
      name: "tests/e2e_controlled",
      sources: [new URL("controlled.c", import.meta.url).pathname],
      libs: ["ringscope"],
    });
    const controlled = new Controlled(rings, await Deno.makeTempDir({ prefix: "ringscope-test-" }), program);
    // The file of the rings is there before they are made.
    await controlled.#isDone(0);
    return controlled;
  }

  /** Lets it log once at each of its sites, and waits until it has. */
  async comeBy(): Promise<void> {
    const step = ++this.#step;
    await Deno.writeTextFile(join(this.#folder, `${step}.go`), "");
    await this.#isDone(step);
  }

  async #isDone(step: number): Promise<void> {
    await waitFor(() => Deno.stat(join(this.#folder, `${step}.done`)).then(() => true, () => null));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.writeTextFile(join(this.#folder, "end"), "");
    assertEquals((await this.#child.status).code, 0);
    await Deno.remove(this.#folder, { recursive: true });
  }
}

interface Listed {
  readonly rules: { pattern: string; level: string }[];
  readonly default_level: string;
  readonly sites: { number: number; name: string; kind: string; level: string; stored?: number | null }[];
}

async function control(user: User, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await user.run(["control", ...args]);
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

async function list(user: User, ...args: string[]): Promise<Listed> {
  return JSON.parse(await control(user, "--list", "--json", ...args));
}

/** The names of the sites and what they write. */
async function levels(user: User, rings: string): Promise<Record<string, string>> {
  return Object.fromEntries((await list(user, rings)).sites.map(({ name, level }) => [name, level]));
}

async function refused(user: User, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await user.run(["control", ...args]);
  assertEquals([code, stdout], [2, ""], stderr);
  assertMatch(stderr, /^error: [^\n]+\n$/, "one clear line");
  return stderr;
}

/** What rings hold, as level and kind; then they are empty. */
async function takeEntries(user: User, rings: string): Promise<string[]> {
  const { path, attempts } = await record({ dir: join(user.folder, "taken"), rings, once: true });
  await using log = await openCapture(path);
  const entries = await Array.fromAsync(log.entries());
  // What is switched off takes no attempt number.
  assertEquals(attempts, entries.length);
  return entries.map(({ level, kind }) => `${level} ${kind}`);
}

const EVERYTHING = ["info event", "error event", "debug event", "warn text"];

Deno.test("sites are listed, switched off and on from outside, and the rules hold for those that come later", async (t) => {
  await using user = await newUser();
  await using program = await Controlled.start(join(user.folder, "driver.rings"));
  const { rings } = program;

  await t.step("before anything was logged there is no site", async () => {
    assertStringIncludes(await control(user, rings), "no site has been registered yet");
  });

  await t.step("a site is listed when it was called, with its place and format", async () => {
    await program.comeBy();
    assertEquals(await takeEntries(user, rings), EVERYTHING);
    const shown = await control(user, rings);
    assertMatch(shown, /│ +\d+ │ nvme_submit │ event │ trace +│ info +│ controlled\.c:\d+ │ step=%d +│/);
    assertMatch(shown, /│ nvme_reset +│ text +│ trace +│ warn +│ controlled\.c:\d+ │ reset %d/);
    assertStringIncludes(shown, "no rules: everything");
    const { sites, rules, default_level } = await list(user, rings);
    assertEquals(sites.map(({ name }) => name).toSorted(), [
      "io_poll",
      "nvme_fail",
      "nvme_reset",
      "nvme_submit",
    ]);
    assertEquals([rules, default_level], [[], "trace"]);
    assert(sites.every((site) => !("stored" in site)), "nothing is recorded");
  });

  await t.step("what is disabled logs nothing and loses nothing", async () => {
    const shown = await control(user, rings, "--disable", "nvme_*", "--enable=nvme_fail");
    assertStringIncludes(shown, "off: nvme_*, 3 sites\neverything: nvme_fail, 1 site\n");
    assertStringIncludes(shown, "4 sites by 2 rules: 2 write everything, 0 by level, 2 nothing");
    await program.comeBy();
    assertEquals(await takeEntries(user, rings), ["error event", "debug event"]);
    // The event that was called for the first time now obeys as well.
    assertEquals(await levels(user, rings), {
      nvme_submit: "off",
      nvme_fail: "trace",
      io_poll: "trace",
      nvme_reset: "off",
      nvme_late: "off",
    });
  });

  await t.step("the order on the line is the order of the rules", async () => {
    await control(user, rings, "--quiet", "--enable", "nvme_fail", "--disable", "nvme_*");
    assertEquals((await levels(user, rings)).nvme_fail, "off");
    assertEquals((await list(user, rings)).rules, [
      { pattern: "nvme_fail", level: "trace" },
      { pattern: "nvme_*", level: "off" },
    ]);
  });

  await t.step("a level for everything, and one for a place", async () => {
    const shown = await control(
      user,
      rings,
      "--reset",
      "--severity",
      "error",
      "--severity",
      "debug=controlled.c:*",
    );
    assertStringIncludes(shown, "all rules are taken back\n");
    assertStringIncludes(shown, "error and above: whatever no rule names, 0 sites\n");
    await program.comeBy();
    assertEquals(await takeEntries(user, rings), [...EVERYTHING, "info event"]);
    await control(user, rings, "--reset", "--severity", "warn");
    await program.comeBy();
    assertEquals(await takeEntries(user, rings), ["error event", "warn text"]);
  });

  await t.step("a later program on the same rings finds the rules", async () => {
    await using later = await Controlled.start(rings);
    await later.comeBy();
    assertEquals(await takeEntries(user, rings), ["error event", "warn text"]);
    await control(user, rings, "--reset");
    await later.comeBy();
    assertEquals(await takeEntries(user, rings), [...EVERYTHING, "info event"]);
  });
});

Deno.test("while a capture runs its sites are controlled without a name, and the list counts what it has stored", async () => {
  await using user = await newUser();
  await using program = await Controlled.start(join(user.folder, "driver.rings"));
  assertStringIncludes(await refused(user), "nothing is being recorded in");
  const capture = user.start(["capture", "--quiet", "--name", "run", "--rings", program.rings]);
  await capture.stdin.close();
  const ended = outcomeOf(capture);
  // A program that is called as its capture is no ring set.
  await Deno.writeTextFile(join(user.folder, "run"), "#!/bin/sh");
  const counts = async (...args: string[]) =>
    Object.fromEntries((await list(user, ...args)).sites.map(({ name, stored }) => [name, stored]));
  await waitFor(() => user.run(["control"]).then(({ code }) => code === 0 ? true : null));
  await program.comeBy();
  await control(user, "--disable", "nvme_submit");
  await program.comeBy();
  const expected = { nvme_submit: 1, nvme_fail: 2, io_poll: 2, nvme_reset: null, nvme_late: 1 };
  const found = await waitFor(async () => {
    const found = await counts("run");
    return found.nvme_late === 1 ? found : null;
  });
  assertEquals(found, expected);
  assertMatch(await control(user), /│ nvme_fail +│ event │ trace +│ error +│ [^│]+│ [^│]+│ +2 │/);
  assertEquals((await list(user, "--no-count")).sites.filter((site) => "stored" in site), []);
  capture.kill("SIGTERM");
  const { code, stderr } = await ended;
  assertEquals(code, 0, stderr);
  // The program goes on in the rings that it made, so a capture that has ended still tells where they are.
  assertEquals((await levels(user, "run")).nvme_submit, "off");
});

Deno.test("what cannot be controlled is told in one line with the next step", async (t) => {
  await using user = await newUser();
  await using program = await Controlled.start(join(user.folder, "driver.rings"));
  const { rings } = program;
  await program.comeBy();

  await t.step("rings of an older producer", async () => {
    const old = join(user.folder, "old.rings");
    const bytes = await Deno.readFile(new URL("../golden/images/ordinary.img.gz", import.meta.url));
    const image = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    await Deno.writeFile(old, image);
    assertStringIncludes(
      await refused(user, old, "--disable", "*"),
      "they have no table of call sites (ABI 1.",
    );
  });

  await t.step("a file that is no ring set, and one that is not there", async () => {
    await Deno.writeTextFile(join(user.folder, "notes"), "x".repeat(4096));
    assertStringIncludes(await refused(user, "notes"), "it is no ring set");
    assertStringIncludes(await refused(user, "nothing"), 'there is no capture "nothing"');
    assertStringIncludes(await refused(user, "/dev/shm/nothing.rings"), "there is nothing that you may read");
  });

  await t.step("a pattern or a level that cannot be", async () => {
    assertStringIncludes(await refused(user, rings, "--disable", ""), "is no pattern");
    assertStringIncludes(await refused(user, rings, "--disable", "x".repeat(62)), "at most 61");
    assertStringIncludes(await refused(user, rings, "--severity", "loud"), "is no level");
    assertStringIncludes(await refused(user, rings, "--enable", "a", "b"), `unexpected argument "b"`);
  });

  await t.step("more rules than there is room for, of which none is set", async () => {
    const many = Array.from({ length: 49 }, (_, n) => `--disable=site_${n}`);
    assertStringIncludes(
      await refused(user, rings, ...many),
      "there is no room for so many rules, 48 are the most",
    );
    assertEquals((await list(user, rings)).rules, []);
    await control(user, rings, "--quiet", ...many.slice(1));
    assertEquals((await list(user, rings)).rules.length, 48);
    // A pattern that is there already takes no room.
    await control(user, rings, "--quiet", "--enable=site_5");
    assertStringIncludes(
      await refused(user, rings, "--enable=one_more"),
      "take the old ones back with --reset",
    );
  });

  await t.step("rings that may only be read: they are listed and not changed", async () => {
    await control(user, rings, "--quiet", "--reset");
    await Deno.chmod(rings, 0o444);
    const listed = await user.run(["control", rings, "--json"]);
    assertEquals([listed.code, JSON.parse(listed.stdout).sites.length], [0, 4]);
    // Root may write whatever the mode says, unless it gives that right away.
    const words = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"];
    const [program = "", ...rest] = [...(Deno.uid() === 0 ? words : []), ...TASK, "control", rings];
    const { code, stderr } = await new Deno.Command(program, {
      args: [...rest, "--disable", "*"],
      cwd: user.folder,
    })
      .output();
    assertEquals(code, 2);
    assertStringIncludes(
      new TextDecoder().decode(stderr),
      "control them as the user who made them, --list needs less",
    );
  });
});

Deno.test("rules that wait for a program are told so", async () => {
  await using user = await newUser();
  const rings = join(user.folder, "driver.rings");
  {
    await using program = await Controlled.start(rings);
    await program.comeBy();
    assertEquals(JSON.parse(await control(user, rings, "--json")).writers_gone, false);
  }
  const { code, stderr } = await user.run(["control", rings, "--disable", "nvme_submit"]);
  assertEquals(
    [code, stderr],
    [0, "nobody who logs into these rings is alive: the rules wait for those who open them\n"],
  );
  assertEquals(JSON.parse(await control(user, rings, "--json")).writers_gone, true);
  await using later = await Controlled.start(rings);
  await later.comeBy();
  assertEquals(await takeEntries(user, rings), [...EVERYTHING, "error event", "debug event", "warn text"]);
});

Deno.test("what a producer writes into the table of its sites does not steer the terminal", async () => {
  await using user = await newUser();
  const rings = join(user.folder, "made.rings");
  const site = encodeSite({ name: "x\x1b[2Jy", file: "a\nb.c", format: "\x07", kind: 0 });
  await Deno.writeFile(rings, image({ siteCount: 64 }).putSite(0, 64n, site).bytes());
  const shown = await control(user, rings);
  assertStringIncludes(shown, "x\\x1b[2Jy");
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  assertEquals(/[\x00-\x09\x0b-\x1f]/.test(shown), false);
  assertEquals((await list(user, rings)).sites.map(({ name }) => name), ["x\x1b[2Jy"]);
});

Deno.test("a capture stores what it is asked to, and says how much it left out", async () => {
  await using user = await newUser();
  await using program = await Controlled.start(join(user.folder, "driver.rings"));
  const { rings } = program;
  const capture = async (...args: string[]) => {
    await program.comeBy();
    return await user.run(["capture", "--once", "--rings", rings, ...args]);
  };
  const stored = async (name: string) => {
    await using log = await openCapture(join(user.folder, "captures", name));
    return (await Array.fromAsync(log.entries())).map(({ level, kind }) => `${level} ${kind}`);
  };

  const { code, stdout, stderr } = await capture("--name", "only", "--only", "nvme_*", "--only=nothing");
  assertEquals([code, stderr], [0, ""]);
  assertEquals(await stored("only"), ["info event", "error event"]);
  assertMatch(stdout, /^only: 2 entries in [\d.]+ s, nothing lost$/m);
  assertMatch(stdout, /│ read │ filtered │/);
  assertStringIncludes(stdout, "filtered: read and, as wished, not stored; they are no loss\n");
  const info = await user.run(["info", "only"]);
  assertStringIncludes(info.stdout, "only: trustworthy");
  assertMatch(info.stdout, /│ read │ filtered │ lost │/);
  const { settings } = JSON.parse(await Deno.readTextFile(join(user.folder, "captures/only/capture.json")));
  assertEquals([settings.only, settings.exclude, settings.min_severity], [
    ["nvme_*", "nothing"],
    [],
    "trace",
  ]);

  const excluded = await capture(
    "--json",
    "--name",
    "exclude",
    "--exclude",
    "controlled.c:*",
    "--min-severity",
    "info",
  );
  const { entries, filtered, read, lost, balanced } = JSON.parse(excluded.stdout);
  assertEquals([entries, filtered, read, lost, balanced], [1, 4, 5, 0, true]);
  assertEquals(await stored("exclude"), ["warn text"]);

  const wrong = await user.run(["capture", "--only", "x".repeat(62)]);
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.stderr, "at most 61");
});

Deno.test("a shell is offered the names of the sites that run", async () => {
  await using user = await newUser();
  await using program = await Controlled.start(join(user.folder, "driver.rings"));
  await program.comeBy();
  const candidates = async (...words: string[]) => {
    const { code, stdout, stderr } = await user.run(["complete", "--", ...words]);
    assertEquals([code, stderr], [0, ""]);
    return stdout.trimEnd().split("\n").slice(0, -1).map((line) => line.split("\t")[0]);
  };
  assertEquals(await candidates("control", program.rings, "--disable", "nvme_"), [
    "nvme_fail",
    "nvme_reset",
    "nvme_submit",
  ]);
  assertEquals(await candidates("control", program.rings, "--enable=io"), ["io_poll"]);
  assertEquals(await candidates("capture", "--rings", program.rings, "--only", "i"), ["io_poll"]);
  assertEquals(await candidates("control", "--disable", ""), [], "nothing is being recorded");
});
