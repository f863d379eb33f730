import { setColorEnabled } from "@std/fmt";
import { choice, flag, text } from "./command.ts";
import { setErrorColor } from "./output.ts";

/** Where captures are when the user does not say: a folder in the one that the user stands in. */
export const DEFAULT_DIR = "captures";

/** Options that every command takes. */
export const commonOptions = {
  dir: text("--dir <folder>", `folder of the captures (default: ${DEFAULT_DIR})`),
  json: flag("--json", "print JSON for machines"),
  quiet: flag("--quiet", "print results and errors only"),
  color: choice("--color <when>", "colours", ["auto", "always", "never"], "auto"),
};

/** Values of {@link commonOptions}. */
export interface CommonOptions {
  dir: string | undefined;
  json: boolean;
  quiet: boolean;
  color: "auto" | "always" | "never";
}

/** Turns colours on or off as the user and the terminal wish. */
export function applyColor(options: Pick<CommonOptions, "color">): void {
  const byTerminal = Deno.stdout.isTerminal() && !Deno.noColor;
  setColorEnabled(options.color === "always" || (options.color === "auto" && byTerminal));
  if (options.color !== "auto") setErrorColor(options.color === "always");
}

/** Columns of the terminal that standard output goes to; undefined when it goes elsewhere. */
export function terminalWidth(): number | undefined {
  if (!Deno.stdout.isTerminal()) return undefined;
  const { columns } = Deno.consoleSize();
  return columns > 0 ? columns : undefined;
}

/** The `--dir` part of a suggested command; empty when the default is meant. */
export function dirArgument(options: Pick<CommonOptions, "dir">): string {
  return options.dir === undefined ? "" : ` --dir ${shellQuote(options.dir)}`;
}

/** A text as one word of a shell. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
