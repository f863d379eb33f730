/**
 * Completion in shells: the only file that knows `@bomb.sh/tab`. Its core is used and not its adapter for commander, because the
 * commands here are plain values of which commander sees one at a time.
 *
 * @module
 */
import { RootCommand } from "@bomb.sh/tab";
import type { CliCommand, OptionSpec } from "../command.ts";
import type { Candidates } from "./candidates.ts";

/** Prints the candidates for the last of the words, one line each with its description, and how the shell is to take them. */
export function printCandidates(
  commands: readonly CliCommand[],
  words: readonly string[],
  candidates: Candidates,
): void {
  const root = new RootCommand();
  for (const command of commands) {
    const one = root.command(command.name, command.summary);
    for (const option of Object.values(command.options)) addOption(one, option, candidates);
    for (const { name, isRepeated } of operandsOf(command)) {
      one.argument(name, offer(candidates[name] ?? []), isRepeated);
    }
  }
  root.parse([...words]);
}

/** The script that a shell sources, which asks `request` for candidates. */
export function renderScript(shell: string, name: string, request: string): string {
  // The library prints it, and here it is only a part of what is printed.
  const pieces: string[] = [];
  const { log } = console;
  console.log = (piece: string) => void pieces.push(`${piece}\n`);
  try {
    new RootCommand().setup(name, request, shell);
  } finally {
    console.log = log;
  }
  return pieces.join("");
}

type TabCommand = ReturnType<RootCommand["command"]>;
type Offer = (complete: (value: string, description: string) => void) => void;

function offer(names: readonly string[]): Offer {
  return (complete) => {
    for (const name of names) complete(name, "");
  };
}

function addOption(command: TabCommand, option: OptionSpec<unknown>, candidates: Candidates): void {
  const { flags, description, choices } = option;
  const long = /--([\w-]+)/.exec(flags)?.[1] ?? "";
  const short = /^-(\w)\b/.exec(flags)?.[1];
  const placeholder = /<([^>]+)>/.exec(flags)?.[1];
  if (placeholder === undefined) command.option(long, description, short);
  else {
    const names = choices ?? candidates[`--${long}`] ?? candidates[placeholder] ?? [];
    command.option(long, description, offer(names), short);
  }
}

/** `[CAPTURE…] [QUERY]` as its words. */
function operandsOf({ usage = "" }: CliCommand): { name: string; isRepeated: boolean }[] {
  const own = usage.replace(/\[?--.*/, "");
  return [...own.matchAll(/([A-Z]+)(…?)/g)].map(([, name = "", more]) => ({
    name,
    isRepeated: more === "…",
  }));
}
