/**
 * The commands of the prompt that are not SQL: what they are called, what they take, what `\?` says of them.
 *
 * @module
 */
import { CliError } from "../../errors.ts";
import { nearestNames } from "../library/nearest_names.ts";

/** What stands behind a command. */
export type Operand = "object" | "captures" | "file" | "format" | "switch" | "none";

/** A command of the prompt. */
export interface PromptCommand {
  readonly name: string;
  readonly usage: string;
  readonly operand: Operand;
  readonly help: string;
}

/** Every command, in the order of `\?`. */
export const PROMPT_COMMANDS = [
  { name: "d", usage: "[NAME]", operand: "object", help: "list tables, views and macros, or explain one" },
  {
    name: "c",
    usage: "[CAPTURE…]",
    operand: "captures",
    help: "ask other captures; alone, say which can be asked",
  },
  { name: "x", usage: "[on|off]", operand: "switch", help: "show a line for each column" },
  { name: "timing", usage: "[on|off]", operand: "switch", help: "say how long each query took" },
  {
    name: "format",
    usage: "[FORM]",
    operand: "format",
    help: "form of results: table, csv, json, ndjson, markdown",
  },
  { name: "i", usage: "FILE", operand: "file", help: "run the statements of a file" },
  {
    name: "o",
    usage: "[FILE]",
    operand: "file",
    help: "write results to a file; alone, to the terminal again",
  },
  { name: "?", usage: "", operand: "none", help: "this list" },
  { name: "q", usage: "", operand: "none", help: "leave, as Ctrl-D does" },
] as const satisfies readonly PromptCommand[];

/** One of {@link PROMPT_COMMANDS}. */
export type PromptCommandName = typeof PROMPT_COMMANDS[number]["name"];

/** A command line taken apart. */
export interface ParsedCommand {
  readonly name: PromptCommandName;
  readonly operands: readonly string[];
}

/**
 * Reads a line that begins with a backslash; `'…'` and `"…"` hold blanks together.
 *
 * @throws {CliError} There is no such command, or it takes no such thing.
 */
export function parseCommand(line: string): ParsedCommand {
  const [, name = "", rest = ""] = /^\s*\\(\S*)\s*(.*?);?\s*$/s.exec(line) ?? [];
  const command = PROMPT_COMMANDS.find((one) => one.name === name.replace(/;$/, ""));
  if (command === undefined) {
    const near = nearestNames(name, PROMPT_COMMANDS.map((one) => one.name), 1);
    throw new CliError(`there is no command \\${name}: \\${near[0]} is the nearest, \\? lists all`);
  }
  const operands = [...rest.matchAll(/'([^']*)'|"([^"]*)"|\S+/g)].map(([whole, one, other]) =>
    one ?? other ?? whole
  );
  const most = { none: 0, captures: Infinity, object: 1, file: 1, format: 1, switch: 1 }[command.operand];
  if (operands.length > most) {
    throw new CliError(
      `\\${name} takes ${most === 0 ? "nothing" : "one word"}, not "${rest}": \\? explains it`,
    );
  }
  return { name: command.name, operands };
}

/** What a switch is after `on`, `off`, or nothing, which turns it. */
export function turnSwitch(isOn: boolean, operand: string | undefined): boolean {
  if (operand === undefined) return !isOn;
  if (operand === "on" || operand === "off") return operand === "on";
  throw new CliError(`a switch is on or off, not "${operand}"`);
}

/** The text of `\?`. */
export function explainCommands(): string {
  const lines = PROMPT_COMMANDS.map(({ name, usage, help }) => `  ${`\\${name} ${usage}`.padEnd(18)}${help}`);
  return `${lines.join("\n")}

Everything else is SQL, over as many lines as it takes, until a semicolon. Tab completes, the arrow keys recall what was asked,
Ctrl-C gives up a line or a query that is running.
`;
}
