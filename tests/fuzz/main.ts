/**
 * A million images: `deno run … tests/fuzz/main.ts [--runs N] [--seed S] [--race SECONDS] [--guided SECONDS]`. Three quarters of them
 * without sanitizers, which is several times as fast; the rest under ASan and UBSan. Then libFuzzer goes on from the corpus, guided by
 * what it reaches; what it finds new stays in the build folder. Ends with the counts; each part says what it took.
 * @module
 */
import { parseArgs } from "@std/cli";
import { join } from "@std/path";
import { buildFolder } from "../../runtime/build/place.ts";
import { buildEventsFuzzer, buildFuzzer, type FuzzFlavor, type FuzzOutcome, runFuzzer } from "./build.ts";

/** Plays and prints. */
async function play(
  flavor: FuzzFlavor,
  args: readonly (string | number)[],
  build: typeof buildFuzzer = buildFuzzer,
): Promise<FuzzOutcome> {
  const words = args.map(String);
  const started = performance.now();
  const outcome = await runFuzzer(await build(flavor), words);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`${flavor} ${words.join(" ")}: ${seconds} s\n${outcome.output.trimEnd()}`);
  return outcome;
}

/** Plays what libFuzzer makes of a corpus for so long; an input that breaks something stays beside what it has found. */
async function playGuided(seconds: number, corpus: string, build = buildFuzzer): Promise<FuzzOutcome> {
  const found = join(buildFolder(), "tests", "fuzz", `found_${corpus}`);
  await Deno.mkdir(found, { recursive: true });
  const outcome = await play("libfuzzer", [
    `-max_total_time=${seconds}`,
    `-artifact_prefix=${found}/`,
    "-print_final_stats=1",
    "-verbosity=0",
    found,
    `tests/fuzz/${corpus}`,
  ], build);
  const [, units = "0"] = /^stat::number_of_executed_units: (\d+)$/m.exec(outcome.output) ?? [];
  console.log(`${units} scripts guided`);
  return outcome;
}

if (import.meta.main) {
  const words = parseArgs(Deno.args, { string: ["runs", "seed", "race", "guided"] });
  const runs = Number(words.runs ?? 1_000_000);
  const seed = Number(words.seed ?? 1_000_000);
  const race = Number(words.race ?? 60);
  const guided = Number(words.guided ?? 300);
  const checked = Math.ceil(runs / 4);
  const outcomes = [
    await play("plain", ["--seed", seed, "--runs", runs - checked]),
    await play("asan", ["--seed", seed + runs - checked, "--runs", checked]),
    await play("plain", ["--seed", seed, "--race", race]),
    await play("asan", ["--seed", seed + 1, "--race", race]),
    await playGuided(guided, "corpus"),
    await play("asan", ["tests/fuzz/events_corpus", "--seed", seed, "--runs", runs], buildEventsFuzzer),
    await playGuided(guided, "events_corpus", buildEventsFuzzer),
  ];
  const failed = outcomes.filter(({ success }) => !success).length;
  console.log(`\n${outcomes.length - failed} passed, ${failed} failed`);
  Deno.exit(failed > 0 ? 1 : 0);
}
