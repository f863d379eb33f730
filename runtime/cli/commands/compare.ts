import { join, resolve } from "@std/path";
import { expectBaseline } from "../../compare/baseline/baselines.ts";
import { ALLOWABLE } from "../../compare/comparability.ts";
import { compare as compareCaptures, type Comparison } from "../../compare/compare.ts";
import { exitCodeOf } from "../../compare/output/describe.ts";
import { addStepSummary, githubAnnotations } from "../../compare/output/github.ts";
import { comparisonJson } from "../../compare/output/json.ts";
import { comparisonJunit } from "../../compare/output/junit.ts";
import { comparisonMarkdown } from "../../compare/output/markdown.ts";
import { choice, defineCommand, flag, repeated, text, value } from "../command.ts";
import { applyColor, commonOptions, DEFAULT_DIR, terminalWidth } from "../common_options.ts";
import { compareReport } from "../compare/compare_report.ts";
import {
  baselinesFolder,
  measuringOptions,
  startProgress,
  toMeasuring,
} from "../compare/measuring_options.ts";
import { type Sides, splitSides } from "../compare/split_sides.ts";
import { print, printNote } from "../output.ts";
import { OutputFile } from "../output_file.ts";

const INTERRUPTED = 130;

const options = {
  base: repeated("--base <captures>", "captures to compare with: A or A,B", (given) => given),
  baseline: text("--baseline <name>", 'compare with a saved baseline ("baseline save")'),
  ...measuringOptions,
  allow: repeated(
    "--allow <what>",
    "let this differ between the sides: host, processors, ring size, …",
    parseAllowed,
  ),
  inconclusive: choice(
    "--inconclusive <how>",
    "exit status where no verdict is possible",
    ["fail", "pass"],
    "fail",
  ),
  seed: value(
    "--seed <number>",
    "what chance is drawn from: the same captures and seed give the same answer",
    parseSeed,
  ),
  junit: text("--junit <file>", "write a JUnit report"),
  markdown: text("--markdown <file>", "write Markdown"),
  html: text("--html <file>", "write one self-contained page with plots"),
  github: flag("--github", "print annotations of GitHub Actions, and add to the summary of the step"),
  ...commonOptions,
};

const HELP =
  `Tells whether a driver got slower, fails more often or loses more, and says so only where the captures can carry it: each side needs
several runs of the same work, five are good, and one is inconclusive. Lost entries are taken at their worst.

A capture is named by its name below --dir, by its path, by the folder that holds it, or by a pattern: 'before-*'. Of two arguments
the first is the base; more are told apart by "--" or --base. With a baseline in use ("baseline use") every argument is judged.
Metrics are queries/metrics/*.sql; --metrics adds your own, or changes one by a file of its name.
The sides have to be recorded alike: what may differ all the same is named with --allow.
--json prints what runtime/compare/output/comparison.schema.json describes.

Exit status: 0 same or improved, 3 regressed, 4 inconclusive (0 with --inconclusive pass), 1 a failure, 2 wrong use.

Examples:
  deno task compare 'before-*' 'after-*'
  deno task compare before-1 before-2 before-3 -- after-1 after-2 after-3
  deno task compare --baseline main --junit report.xml --markdown report.md captures
  deno task compare --base 'before-*' --metrics my-metrics --inconclusive pass 'after-*'`;

/** `compare`: whether a side got worse. */
export const compare = defineCommand({
  name: "compare",
  summary: "Compare captures and tell whether a driver got worse",
  usage: "[BASE…] [--] CANDIDATE…",
  takesCommand: true,
  options,
  help: HELP,
  async run(given, { operands, rest }) {
    applyColor(given);
    // The engine runs in a worker, so the signal is heard while it measures; nothing here needs an ordered end.
    Deno.addSignalListener("SIGINT", () => Deno.exit(INTERRUPTED));
    const baselines = baselinesFolder(given);
    const sides = await splitSides({
      operands,
      rest,
      base: given.base.flatMap((list) => list.split(",")),
      baseline: given.baseline,
      dir: resolve(given.dir ?? DEFAULT_DIR),
      baselines,
    });
    const comparison = await measureSides(sides, baselines, given);
    await writeFiles(comparison, given);
    const { verdict } = comparison.judgement;
    if (given.json) await print(`${JSON.stringify(comparisonJson(comparison), null, 2)}\n`);
    else if (given.github) await print(githubAnnotations(comparison, given.inconclusive));
    if (given.github) await addStepSummary(comparison, Deno.env.get("GITHUB_STEP_SUMMARY"));
    if (!given.json && !(given.github && given.quiet)) {
      await print(compareReport(comparison, { width: terminalWidth() }));
    }
    return exitCodeOf(verdict, given.inconclusive);
  },
});

type Given = Parameters<Parameters<typeof defineCommand<typeof options>>[0]["run"]>[0];

async function measureSides(
  { base, candidate }: Sides,
  baselines: string,
  given: Given,
): Promise<Comparison> {
  if ("baseline" in base) await expectBaseline(baselines, base.baseline);
  using progress = startProgress(given);
  return await compareCaptures({
    base: "baseline" in base ? { baseline: join(baselines, base.baseline) } : base,
    candidate,
    allow: given.allow,
    ...toMeasuring(given),
    onProgress: progress.onProgress,
    ...(given.seed !== undefined && { judge: { seed: given.seed } }),
  });
}

async function writeFiles(comparison: Comparison, given: Given): Promise<void> {
  const { junit, markdown, html } = given;
  if (junit !== undefined) await writeText(junit, comparisonJunit(comparison, given.inconclusive), given);
  if (markdown !== undefined) await writeText(markdown, comparisonMarkdown(comparison), given);
  if (html !== undefined) {
    // Plots take a second to load, and most comparisons want none.
    const { renderComparison } = await import("../../report/comparison/render_comparison.ts");
    await writeText(
      html,
      await renderComparison(comparison.judgement, comparison, comparison.leftOut),
      given,
    );
  }
}

/** A report of the last run is replaced: nobody keeps it but by its name. */
async function writeText(path: string, text: string, { quiet, json }: Given): Promise<void> {
  await using file = await OutputFile.begin(path, true);
  await file.write(new TextEncoder().encode(text));
  await file.commit();
  if (!quiet && !json) printNote(`wrote ${path}`);
}

function parseAllowed(text: string): string {
  const known = ALLOWABLE.find((name) => name.toLowerCase() === text.trim().toLowerCase());
  if (known === undefined) {
    throw new RangeError(`"${text}" is nothing that can be allowed: ${ALLOWABLE.join(", ")}`);
  }
  return known;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(seed)) {
    throw new RangeError(`"${text}" is no seed: a number from 0`);
  }
  return seed;
}
