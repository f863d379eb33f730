import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { projectRoot } from "../../runtime/build/place.ts";
import { askDuckDb } from "../support/duckdb.ts";
import { newUser, TASK, userEnvironment } from "./ringscope.ts";
import { startRunning } from "./running_capture.ts";

interface Block {
  readonly language: string;
  readonly text: string;
}

async function readBlocks(): Promise<Block[]> {
  const text = await Deno.readTextFile(join(projectRoot(), "README.md"));
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = "", block = ""]) => ({
    language,
    text: block,
  }));
}

/** A `deno` and an `npx` that run this project's tasks from any folder, with the Deno that runs this test. */
async function installShims(folder: string): Promise<void> {
  await Deno.mkdir(folder);
  const words = TASK.map((word) => `'${word}'`).join(" ");
  const shim = `#!/bin/sh
case "$*" in *"task test") exit 0 ;; *"task ok") exit 0 ;; esac # this test is part of them
while [ "$1" != task ]; do shift; done
shift
exec ${words} "$@"
`;
  for (const name of ["deno", "npx"]) await Deno.writeTextFile(join(folder, name), shim, { mode: 0o755 });
}

Deno.test("the commands of the README run one after the other, as they are printed", async () => {
  const blocks = await readBlocks();
  const script = blocks.filter(({ language }) => language === "sh").map(({ text }) => text);
  const [source, typescript, typed] = ["c", "ts", "typescript"].map((of) =>
    blocks.find(({ language }) => language === of)
  );
  const events = blocks.find(({ language, text }) => language === "c" && text.includes("RS_EVENT"));
  assert(script.length >= 5 && source !== undefined && typescript !== undefined);
  assert(typed !== undefined && events !== undefined && events !== source);

  await using user = await newUser();
  const shims = join(user.folder, "shims");
  await installShims(shims);
  await Deno.writeTextFile(join(user.folder, "drops.c"), source.text);
  await Deno.writeTextFile(join(user.folder, "levels.ts"), typescript.text);
  await Deno.writeTextFile(join(user.folder, "io.c"), events.text);
  await Deno.writeTextFile(join(user.folder, "errors.ts"), typed.text);
  for (const name of ["build", "driver", "scripts"]) {
    await Deno.symlink(join(projectRoot(), name), join(user.folder, name));
  }
  const environment = userEnvironment();
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-eu", "-c", script.join("\n")],
    cwd: user.folder,
    clearEnv: true,
    env: { ...environment, PATH: `${shims}:${environment["PATH"]}` },
    stdin: "null",
  }).output();
  const shown = new TextDecoder().decode(stdout);
  assertEquals(code, 0, `${shown}\n${new TextDecoder().decode(stderr)}`);
  assert(shown.includes("3 packets dropped"), "the reader's own program was recorded");
  assertMatch(
    shown,
    /^info: \d+ entries, read after \d+ ns at worst$/m,
    "the reader's own script has answered",
  );
  assertMatch(shown, /^\d+: -EIO after 4096 bytes$/m, "the arguments of the reader's own event are there");
  for (const { text } of blocks.filter(({ language }) => language === "sql")) {
    assertEquals((await askDuckDb(text, user.folder)).rows, [["warn", "3 packets dropped"]]);
  }
});

Deno.test("the TypeScript of the README works on a capture", async () => {
  const blocks = (await readBlocks()).filter(({ language }) => language === "ts");
  assert(blocks.length > 0);
  await using user = await newUser();
  const recorded = await user.run(["capture", "--quiet", "--name", "drops", "--", "true"]);
  assertEquals(recorded.code, 0, recorded.stderr);
  const module = join(user.folder, "readme.ts");
  await Deno.writeTextFile(module, blocks.map(({ text }) => text).join("\n"));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-read",
      "--allow-env",
      "--allow-sys",
      "--allow-ffi",
      "--config",
      join(projectRoot(), "deno.json"),
      module,
      "captures/drops",
    ],
    cwd: user.folder,
  }).output();
  const asked = await user.run([
    "sql",
    "captures/drops",
    "SELECT DISTINCT level FROM logs",
    "--format",
    "json",
  ]);
  assertEquals(asked.code, 0, asked.stderr);
  const levels = (JSON.parse(asked.stdout) as { level: string }[]).map(({ level }) => level);
  const told = new TextDecoder().decode(stdout).trim().split("\n").map((line) => line.split(":")[0]);
  assertEquals([code, told.sort()], [0, levels.sort()], new TextDecoder().decode(stderr));
});

Deno.test("the README's commands for a running capture act on one", async () => {
  const blocks = await readBlocks();
  const lines = blocks.filter(({ language }) => language === "text").flatMap(({ text }) => text.split("\n"))
    .filter((line) => line.startsWith("deno task control"));
  assert(lines.length >= 4);
  await using user = await newUser();
  const running = await startRunning(user);
  const { source } = JSON.parse(
    await Deno.readTextFile(join(user.folder, "captures", "running", "capture.json")),
  );
  for (const line of lines) {
    // With a path in the place of the README's.
    const command = line.replace(/ +#.*$/, "").replace("/dev/shm/my-driver", source.rings);
    const words = [...command.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word).slice(2);
    const { code, stderr } = await user.run(words);
    assertEquals([code, stderr], [0, ""], line);
  }
  await running.end();
});

Deno.test("every link of the README leads somewhere", async () => {
  const text = await Deno.readTextFile(join(projectRoot(), "README.md"));
  for (const [, target = ""] of text.matchAll(/\]\(([^)#]+)\)/g)) {
    if (/^https?:/.test(target)) continue;
    assert((await Deno.stat(join(projectRoot(), target))).isFile, target);
  }
});
