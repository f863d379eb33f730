import { resolve } from "@std/path";
import { CliError, QueryError } from "../../errors.ts";
import { resolveCapture } from "../../store/folder.ts";
import { defineCommand, flag, text } from "../command.ts";
import { applyColor, commonOptions, DEFAULT_DIR } from "../common_options.ts";
import { formatSize } from "../format_number.ts";
import { toJsonValue } from "../format_value.ts";
import { print, printNote, printWarning } from "../output.ts";
import { OutputFile } from "../output_file.ts";
import { engineOptions, selectOptions, storeOptions } from "../select/select_entries.ts";
import { newestCapture } from "../sql/split_operands.ts";
import { createStatusLine } from "../status_line.ts";
import { listenForStop } from "../stop_signals.ts";

const INTERRUPTED = 130;

const options = {
  output: text(
    "-o, --output <file>",
    "the HTML file, which is there whole or not at all (default: NAME.html)",
  ),
  force: flag("--force", "replace a file that is there"),
  ...selectOptions,
  ...engineOptions,
  ...commonOptions,
};

const HELP =
  `Without a name it reports on the newest capture. With two, the first is the base, the second the candidate: their charts stand
side by side, their distributions lie over each other. A verdict takes several recordings of each: see compare.

The file is complete: it needs no network and no server, follows the light or dark of the system, and prints. It holds
counts, and of the entries themselves only those around what was slowest and one text of each kind of message.

Examples:
  deno task report
  deno task report boot -o boot.html
  deno task report before after -o difference.html
  deno task report boot --since +10s --until +12s -o window.html`;

/** `report`: a capture, or two beside each other, as one HTML file. */
export const report = defineCommand({
  name: "report",
  summary: "Write a page with charts of a capture, or of two beside each other",
  usage: "[CAPTURE | BASE CANDIDATE]",
  options,
  help: HELP,
  async run(given, { operands }) {
    applyColor(given);
    if (operands.length > 2) {
      throw new CliError(
        `report shows one capture or two, and ${operands.length} are named; compare takes several a side`,
      );
    }
    using stop = listenForStop({ onInsist: () => Deno.exit(INTERRUPTED) });
    const dir = resolve(given.dir ?? DEFAULT_DIR);
    const paths = await pathsOf(operands, dir);
    const store = { ...await storeOptions(given, paths), signal: stop.signal };
    const file = given.output ?? `${paths.map((path) => path.split(/[\\/]/).at(-1)).join("-")}.html`;
    await using output = await OutputFile.begin(resolve(file), given.force);
    const status = createStatusLine({ enabled: !given.quiet });
    try {
      status.show(`report · loading`);
      const { writeReport } = await import("../../report/write_report.ts");
      const page = await writeReport(paths, {
        ...store,
        onQuestion: (name) => status.show(`report · ${name.replaceAll("_", " ")}`),
      });
      const bytes = new TextEncoder().encode(page.html);
      await output.write(bytes);
      await output.commit();
      status.clear();
      if (given.json) await print(`${JSON.stringify(factsOf(output.path, bytes.length, page), null, 2)}\n`);
      else if (!given.quiet) tell(output.path, bytes.length, page);
      return 0;
    } catch (error) {
      if (stop.signal.aborted) return INTERRUPTED;
      if (error instanceof QueryError) throw new CliError(error.message, { cause: error, exitCode: 1 });
      throw error;
    } finally {
      status.clear();
    }
  },
});

type Page = Awaited<ReturnType<typeof import("../../report/write_report.ts").writeReport>>;

async function pathsOf(names: readonly string[], dir: string): Promise<string[]> {
  if (names.length === 0) return [await newestCapture(dir)];
  const paths: string[] = [];
  for (const name of names) paths.push(await resolveCapture(name, dir));
  if (paths.length === 2 && paths[0] === paths[1]) {
    throw new CliError(`report: base and candidate are one capture, ${paths[0]}; name two, or one`);
  }
  return paths;
}

function factsOf(file: string, bytes: number, { captures, warnings }: Page): Record<string, unknown> {
  return {
    file,
    bytes,
    captures: captures.map(({ head, entries, accounts }) => ({
      name: head.name,
      trustworthy: head.isTrustworthy,
      reasons: head.reasons,
      entries,
      lost: toJsonValue(accounts.reduce((sum, { lost }) => sum + lost, 0n), "UBIGINT"),
    })),
    warnings,
  };
}

function tell(path: string, bytes: number, { captures, warnings }: Page): void {
  for (const warning of warnings) printWarning(warning);
  for (const { head } of captures) {
    if (!head.isTrustworthy) {
      printWarning(`${head.name} is not trustworthy as it is: ${head.reasons.join("; ")}`);
    }
  }
  printNote(`${path}: ${formatSize(bytes)}`);
}
