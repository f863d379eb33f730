/**
 * A million images: `deno run … tests/fuzz/main.ts [--runs N] [--seed S] [--race SECONDS]`. Three quarters of them without sanitizers,
 * which is several times as fast; the rest under ASan and UBSan. Ends with the counts; each part says what it took.
 * @module
 */
import { parseArgs } from "@std/cli";
import { buildFuzzer, type FuzzFlavor, runFuzzer } from "./build.ts";

/** Plays and prints; false when something did not hold. */
async function play(flavor: FuzzFlavor, args: readonly (string | number)[]): Promise<boolean> {
  const words = args.map(String);
  const started = performance.now();
  const { success, output } = await runFuzzer(await buildFuzzer(flavor), words);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`${flavor} ${words.join(" ")}: ${seconds} s\n${output.trimEnd()}`);
  return success;
}

if (import.meta.main) {
  const words = parseArgs(Deno.args, { string: ["runs", "seed", "race"] });
  const runs = Number(words.runs ?? 1_000_000);
  const seed = Number(words.seed ?? 1_000_000);
  const race = Number(words.race ?? 60);
  const checked = Math.ceil(runs / 4);
  const outcomes = [
    await play("plain", ["--seed", seed, "--runs", runs - checked]),
    await play("asan", ["--seed", seed + runs - checked, "--runs", checked]),
    await play("plain", ["--seed", seed, "--race", race]),
    await play("asan", ["--seed", seed + 1, "--race", race]),
  ];
  const failed = outcomes.filter((passed) => !passed).length;
  console.log(`\n${outcomes.length - failed} passed, ${failed} failed`);
  Deno.exit(failed > 0 ? 1 : 0);
}
