/** The CI example of the README, step by step as GitHub runs it: each `run` in one folder, with `bash -e`. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { ensureBuilt } from "../../runtime/build/build.ts";
import { projectRoot } from "../../runtime/build/place.ts";
import { newUser, type User, userEnvironment } from "./ringscope.ts";

/** The scripts of the steps, in their order, and the variables of the job. */
async function readWorkflow(): Promise<{ steps: string[]; env: Record<string, string> }> {
  const readme = await Deno.readTextFile(join(projectRoot(), "README.md"));
  const [, yaml = ""] = /^```yaml\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  const env: Record<string, string> = {};
  const steps: string[] = [];
  let block: string[] | null = null;
  for (const line of yaml.split("\n")) {
    const [, step] = /^ {6}- run: (.*)$/.exec(line) ?? [];
    const [, name, value] = /^ {6}([A-Z]+): (.*)$/.exec(line) ?? [];
    if (block !== null && /^ {10}/.test(line)) block.push(line.slice(10));
    else {
      if (block !== null) steps.push(block.join("\n"));
      block = step === "|" ? [] : null;
      if (step !== undefined && step !== "|") steps.push(step);
      if (name !== undefined && value !== undefined) env[name] = value;
    }
  }
  return { steps, env };
}

/** An `npx` that is the Deno of this test, so that nothing is fetched. */
async function installNpx(user: User): Promise<string> {
  const folder = join(user.folder, "shims");
  await Deno.mkdir(folder);
  const shim =
    `#!/bin/sh\n[ "$1 $2" = "-y deno@2.9.5" ] || exit 64\nshift 2\nexec '${Deno.execPath()}' "$@"\n`;
  await Deno.writeTextFile(join(folder, "npx"), shim, { mode: 0o755 });
  return folder;
}

Deno.test("the CI example of the README fails the build of a driver that got slower", async () => {
  await ensureBuilt();
  const { steps, env } = await readWorkflow();
  assertEquals([steps.length, Object.keys(env)], [3, ["TASK"]]);
  await using user = await newUser();
  const source = await Deno.readTextFile(join(projectRoot(), "driver/examples/requests.c"));
  const slower = source.replace("static unsigned slow_us;", "static unsigned slow_us = 30;");
  assert(slower !== source);
  for (const [side, text] of [["before", source], ["after", slower]] as const) {
    await Deno.mkdir(join(user.folder, side));
    await Deno.writeTextFile(join(user.folder, side, "requests.c"), text);
  }
  await Deno.symlink(projectRoot(), join(user.folder, "ringscope"));
  const inherited = userEnvironment();
  const shims = await installNpx(user);
  const summary = join(user.folder, "summary.md");
  const codes: number[] = [];
  let shown = "";
  for (const step of steps) {
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: ["-e", "-c", step],
      cwd: user.folder,
      clearEnv: true,
      env: { ...inherited, ...env, PATH: `${shims}:${inherited["PATH"]}`, GITHUB_STEP_SUMMARY: summary },
      stdin: "null",
    }).output();
    codes.push(code);
    shown = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    if (code !== 0) break;
  }
  assertEquals(codes, [0, 0, 3], shown);
  assertMatch(shown, /^::error title=ringscope compare%3A regressed::duration_p50 \(event=check\)/m);
  assertMatch(await Deno.readTextFile(summary), /^## ❌ regressed/);
  assertMatch(await Deno.readTextFile(join(user.folder, "regression.xml")), /failures="[1-9]/);
  assertMatch(await Deno.readTextFile(join(user.folder, "regression.html")), /^<!doctype html>/i);
});
