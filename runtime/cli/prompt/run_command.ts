import { CliError } from "../../errors.ts";
import { terminalWidth } from "../common_options.ts";
import { ROW_FORMATS } from "../format_rows.ts";
import { print, printNote } from "../output.ts";
import { explainAll, explainName } from "./explain_name.ts";
import { explainCommands, parseCommand, turnSwitch } from "./prompt_commands.ts";
import type { Page, PromptSession } from "./session.ts";

/**
 * Runs a line that begins with a backslash. Resolves to false when the user leaves.
 *
 * @throws {CliError} It cannot be done; the message says why and what to do.
 */
export async function runCommand(line: string, session: PromptSession, page: Page): Promise<boolean> {
  const { name, operands: [first, ...others] } = parseCommand(line);
  const { settings } = session;
  switch (name) {
    case "d": {
      const width = terminalWidth();
      const text = first === undefined
        ? await explainAll(session.ask, width)
        : await explainName(first, session.ask, width);
      if (text.split("\n").length < Deno.consoleSize().rows) await print(text);
      else await page(text);
      break;
    }
    case "c":
      if (first !== undefined) await session.change([first, ...others]);
      else await print(`${listOf(await session.listCaptures(), session.captures)}\n`);
      break;
    case "x":
      settings.isExpanded = turnSwitch(settings.isExpanded, first);
      printNote(`a line for each column: ${settings.isExpanded ? "on" : "off"}`);
      break;
    case "timing":
      settings.isTiming = turnSwitch(settings.isTiming, first);
      printNote(`timing: ${settings.isTiming ? "on" : "off"}`);
      break;
    case "format":
      settings.format = first === undefined ? settings.format : readFormat(first);
      printNote(`form of results: ${settings.format}`);
      break;
    case "i":
      if (first === undefined) throw new CliError("\\i runs a file: name it");
      await session.run(await readStatements(first));
      break;
    case "o":
      settings.output = first === undefined ? null : await startFile(first);
      break;
    case "?":
      await print(explainCommands());
      break;
    case "q":
      return false;
  }
  return true;
}

function listOf(all: readonly string[], open: readonly string[]): string {
  return [...new Set([...open, ...all])].map((name) => `${open.includes(name) ? "*" : " "} ${name}`).join(
    "\n",
  );
}

function readFormat(word: string): typeof ROW_FORMATS[number] {
  const format = ROW_FORMATS.find((one) => one === word);
  if (format === undefined) {
    throw new CliError(`results have no form "${word}", but ${ROW_FORMATS.join(", ")}`);
  }
  return format;
}

async function readStatements(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CliError(`cannot read statements from ${path}: ${error.message}; Tab completes file names`, {
      cause: error,
    });
  }
}

/** Empties the file now, so that a path that cannot be written is refused here and not after a long query. */
async function startFile(path: string): Promise<string> {
  try {
    await Deno.writeTextFile(path, "");
    return path;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CliError(`cannot write results to ${path}: ${error.message}; name another file`, {
      cause: error,
    });
  }
}
