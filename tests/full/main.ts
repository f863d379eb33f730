/**
 * `deno task ok:full [STEP…]`: what takes longer than CI's share, one step after the other. The outcomes stand in driver/README.md
 * afterwards.
 * @module
 */
import { bold } from "@std/fmt";
import { join } from "@std/path";
import { projectRoot } from "../../runtime/build/place.ts";
import { describeMachine } from "../bench/machine.ts";
import { formatText } from "../queries/render_readme.ts";
import { formatDuration } from "./format_duration.ts";
import { findCount, type Outcome, putOutcomes } from "./report.ts";
import { type Step, STEPS } from "./steps.ts";

/** What scripts may do; the same names as in the users' tasks. */
const PERMISSIONS = ["read", "write", "env", "sys", "run", "ffi"].map((name) => `--allow-${name}`);
/** As much of a step's last output as is searched for its count. */
const TAIL_BYTES = 1 << 20;

/** Runs a step, shows what it prints, and keeps the end of that. */
async function runStep(step: Step): Promise<Outcome> {
  const started = performance.now();
  const path = join(projectRoot(), step.file);
  if (!await Deno.stat(path).then(({ isFile }) => isFile, () => false)) {
    return { step, result: "missing", count: null, durationMs: 0 };
  }
  const [program = "", ...leading] = step.file.endsWith(".ts")
    ? [Deno.execPath(), "run", "--no-prompt", ...PERMISSIONS, path]
    : [path];
  const child = new Deno.Command(program, {
    args: [...leading, ...step.args],
    cwd: projectRoot(),
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let tail = "";
  const decoder = new TextDecoder();
  for await (const bytes of child.stdout) {
    await Deno.stdout.write(bytes);
    tail = (tail + decoder.decode(bytes, { stream: true })).slice(-TAIL_BYTES);
  }
  const { success } = await child.status;
  return {
    step,
    result: success ? "passed" : "failed",
    count: findCount(step, tail),
    durationMs: performance.now() - started,
  };
}

if (import.meta.main) {
  const unknown = Deno.args.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    const names = STEPS.map(({ name }) => name).join(", ");
    console.error(`there is no step ${unknown.join(", ")}; there are ${names}`);
    Deno.exit(2);
  }
  const steps = STEPS.filter(({ name }) => Deno.args.length === 0 || Deno.args.includes(name));
  const outcomes: Outcome[] = [];
  for (const [at, step] of steps.entries()) {
    console.log(bold(`\n== ${step.name} (${at + 1} of ${steps.length}): ${step.what}`));
    const outcome = await runStep(step);
    outcomes.push(outcome);
    if (outcome.result === "missing") console.log(`missing: there is no ${step.file}`);
  }
  console.log();
  for (const { step, result, count, durationMs } of outcomes) {
    const parts = result === "missing"
      ? [result]
      : [result, ...(count ? [count] : []), formatDuration(durationMs)];
    console.log(`${step.name.padEnd(13)} ${parts.join(", ")}`);
  }
  const page = join(projectRoot(), "driver", "README.md");
  const run = { date: new Date(), ...await describeMachine() };
  const told = putOutcomes(await Deno.readTextFile(page), STEPS, run, outcomes);
  await Deno.writeTextFile(page, await formatText(told, "md"));
  console.log(`\nwritten into ${page}`);
  Deno.exit(outcomes.every(({ result }) => result === "passed") ? 0 : 1);
}
