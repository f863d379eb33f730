import { relative, resolve } from "@std/path";
import { green, yellow } from "@std/fmt";
import type { Baseline } from "../../compare/baseline/baseline_file.ts";
import {
  chooseBaseline,
  hasBaseline,
  listBaselines,
  type ListedBaseline,
  removeBaseline,
  saveBaseline,
} from "../../compare/baseline/baselines.ts";
import { measureBaseline } from "../../compare/compare.ts";
import { CliError } from "../../errors.ts";
import { defineCommand, flag, type OptionValues } from "../command.ts";
import { applyColor, commonOptions, DEFAULT_DIR, terminalWidth } from "../common_options.ts";
import {
  baselinesFolder,
  measuringOptions,
  startProgress,
  toMeasuring,
} from "../compare/measuring_options.ts";
import { findCaptures } from "../compare/split_sides.ts";
import { print, printWarning } from "../output.ts";
import { renderTable } from "../table.ts";

/** Fewer leave most questions open; see runtime/compare/README.md. */
const GOOD_RUNS = 5;

const options = {
  ...measuringOptions,
  replace: flag("--replace", "save: in place of the baseline of that name"),
  ...commonOptions,
};

type Given = OptionValues<typeof options>;

const HELP =
  `  save NAME CAPTURE…  measure captures of the same work, and keep what was measured: the captures themselves may go then
  list                show the baselines
  use NAME            compare with this one when nothing else is said
  rm NAME…            remove baselines

A baseline is a small folder below ${"`--baselines`"}, to be kept in a cache of CI or with the sources.

Examples:
  deno task baseline save main 'before-*'
  deno task baseline use main
  deno task compare 'after-*'`;

/** `baseline`: what later captures are compared with. */
export const baseline = defineCommand({
  name: "baseline",
  summary: "Save and choose what captures are compared with",
  usage: "ACTION [BASELINE] [CAPTURE…]",
  options,
  help: HELP,
  async run(given, { operands }) {
    applyColor(given);
    const [action, ...words] = operands;
    switch (action) {
      case "save":
        return await save(given, words);
      case "list":
        return await list(given, words);
      case "use":
        return await use(given, words);
      case "rm":
        return await remove(given, words);
      default:
        throw new CliError(
          `${
            action === undefined ? "no action" : `"${action}" is no action`
          }: baseline save, list, use or rm (--help tells more)`,
        );
    }
  },
});

async function save(given: Given, [name, ...words]: readonly string[]): Promise<number> {
  if (name === undefined || words.length === 0) {
    throw new CliError("a baseline has a name and captures: baseline save NAME CAPTURE…");
  }
  const dir = baselinesFolder(given);
  const paths = await findCaptures(words, resolve(given.dir ?? DEFAULT_DIR));
  if (await hasBaseline(dir, name) && !given.replace) {
    throw new CliError(`there is a baseline "${name}" in ${dir}: choose another name, or --replace it`);
  }
  const measured = await measure(name, paths, given);
  const folder = await saveBaseline(dir, measured);
  if (!given.quiet) { for (const warning of warningsOf(measured)) printWarning(warning); }
  if (given.json) await print(`${JSON.stringify({ saved: folder, ...baselineJson(measured) }, null, 2)}\n`);
  else if (!given.quiet) await print(`saved ${shortest(folder)}: ${measured.runs.length} runs\n`);
  return 0;
}

async function measure(name: string, paths: readonly string[], given: Given): Promise<Baseline> {
  using progress = startProgress(given);
  return await measureBaseline(name, paths, { ...toMeasuring(given), onProgress: progress.onProgress });
}

/** What will stand in the way of a verdict later, when the captures are gone. */
function warningsOf({ name, runs }: Baseline): string[] {
  const spoiled = runs.filter(({ facts }) => facts.missing.length > 0)
    .map(({ run, facts }) => `${run} is not whole: ${facts.missing.join(", ")}`);
  const few = runs.length < GOOD_RUNS
    ? [
      `${name} has ${runs.length} run${
        runs.length === 1 ? "" : "s"
      }: ${GOOD_RUNS} or more make verdicts possible`,
    ]
    : [];
  return [...few, ...spoiled];
}

async function list(given: Given, words: readonly string[]): Promise<number> {
  if (words.length > 0) throw new CliError(`unexpected argument "${words[0]}": baseline list takes none`);
  const found = await listBaselines(baselinesFolder(given));
  if (given.json) {
    await print(`${JSON.stringify(found.map(listedJson), null, 2)}\n`);
    return 0;
  }
  if (found.length === 0) {
    if (!given.quiet) {
      await print(`no baseline in ${shortest(baselinesFolder(given))}: baseline save NAME CAPTURE…\n`);
    }
    return 0;
  }
  const rows = found.map(({ name, baseline, problem, isChosen }) => [
    name,
    isChosen ? green("in use") : "",
    baseline === null ? "" : String(baseline.runs.length),
    baseline === null ? yellow(problem ?? "") : baseline.saved,
    baseline === null
      ? ""
      : [...new Set(baseline.runs.map(({ facts }) => facts.conditions["host"] ?? ""))].join(", "),
  ]);
  const columns = [
    { title: "baseline" },
    { title: "" },
    { title: "runs", align: "right" as const },
    { title: "saved" },
    { title: "host" },
  ];
  await print(`${renderTable(columns, rows, { width: terminalWidth() })}\n`);
  return 0;
}

async function use(given: Given, [name, ...words]: readonly string[]): Promise<number> {
  if (name === undefined || words.length > 0) throw new CliError("one baseline is used: baseline use NAME");
  await chooseBaseline(baselinesFolder(given), name);
  if (given.json) await print(`${JSON.stringify({ used: name }, null, 2)}\n`);
  else if (!given.quiet) await print(`compare judges against ${name} now\n`);
  return 0;
}

async function remove(given: Given, words: readonly string[]): Promise<number> {
  if (words.length === 0) {
    throw new CliError('no baseline is named: baseline rm NAME… ("baseline list" shows them)');
  }
  for (const name of words) {
    await removeBaseline(baselinesFolder(given), name);
    if (!given.quiet && !given.json) await print(`removed ${name}\n`);
  }
  if (given.json) await print(`${JSON.stringify({ removed: words }, null, 2)}\n`);
  return 0;
}

function listedJson({ name, baseline, problem, isChosen }: ListedBaseline): Record<string, unknown> {
  return { name, in_use: isChosen, problem, ...(baseline !== null && baselineJson(baseline)) };
}

function baselineJson({ name, saved, runs, fingerprints }: Baseline): Record<string, unknown> {
  return {
    name,
    saved_at: saved,
    runs: runs.map(({ run, facts }) => ({
      run,
      id: facts.id,
      started: facts.started,
      missing: facts.missing,
    })),
    metrics: [...fingerprints.keys()],
  };
}

function shortest(path: string): string {
  const near = relative(Deno.cwd(), path);
  return near.startsWith("..") ? path : near;
}
