import { relative, resolve } from "@std/path";
import { isBeingRecorded } from "../../capture/recording_lock.ts";
import { CliError } from "../../errors.ts";
import { resolveCapture } from "../../store/folder.ts";
import { defineCommand, flag } from "../command.ts";
import { applyColor, commonOptions, DEFAULT_DIR } from "../common_options.ts";
import { print, printNote } from "../output.ts";

const HELP =
  `Captures are named by their name below --dir or by their path. One that is being written stays.`;

/** `rm`: removes captures, after a question. */
export const rm = defineCommand({
  name: "rm",
  summary: "Remove captures",
  usage: "CAPTURE…",
  options: { yes: flag("-y, --yes", "do not ask"), ...commonOptions },
  help: HELP,
  async run(given, { operands }) {
    applyColor(given);
    if (operands.length === 0) throw new CliError(`no capture is named: rm CAPTURE… ("list" shows them)`);
    const dir = resolve(given.dir ?? DEFAULT_DIR);
    const paths = [...new Set(await Promise.all(operands.map((name) => resolveCapture(name, dir))))];
    for (const path of paths) {
      if (await isBeingRecorded(path)) {
        throw new CliError(`cannot remove ${path}: it is being recorded; end that capture first (Ctrl-C)`);
      }
    }
    const shown = paths.map((path) => shortest(path));
    if (!given.yes && !ask(shown)) {
      printNote("nothing was removed");
      return 1;
    }
    for (const path of paths) await remove(path);
    if (given.json) await print(`${JSON.stringify({ removed: paths }, null, 2)}\n`);
    else if (!given.quiet) await print(shown.map((path) => `removed ${path}\n`));
    return 0;
  },
});

function ask(shown: readonly string[]): boolean {
  if (!Deno.stdin.isTerminal()) {
    throw new CliError(`rm asks before it removes, and there is no terminal to ask on: confirm with --yes`);
  }
  return confirm(`Remove ${shown.join(", ")} for good?`);
}

async function remove(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CliError(`cannot remove ${path}: ${error.message}`, { cause: error, exitCode: 1 });
  }
}

function shortest(path: string): string {
  const near = relative(Deno.cwd(), path);
  return near.startsWith("..") ? path : near;
}
