/**
 * The command-line parser: the only file that knows commander. A command is a plain value made by {@link defineCommand};
 * to exchange the library, exchange this file.
 * @module
 */
import { Command, CommanderError, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { CliError } from "../errors.ts";
import { VERSION } from "../version.ts";
import { taskCommand } from "./user_folder.ts";

/** One option of a command; `T` is what the command gets for it. */
export interface OptionSpec<T> {
  /** As shown to the user: `"-f, --file <path>"`, or `"--json"` for one without a value. */
  readonly flags: string;
  readonly description: string;
  /** What the command gets when the option is not given. */
  readonly fallback: T;
  /** Reads the value. A RangeError or TypeError that it throws is shown to the user as wrong use. */
  readonly parse?: (text: string) => T;
  readonly choices?: readonly string[];
  /** What stands for the value where the option is given without one. */
  readonly preset?: string;
  /** Whether it may be given several times; each time `parse` gives a list, and they are joined. */
  readonly isRepeated?: boolean;
}

type Options = Record<string, OptionSpec<unknown>>;
/** What a command gets for its options. */
export type OptionValues<O> = { [K in keyof O]: O[K] extends OptionSpec<infer T> ? T : never };

/** What a command gets besides its options. */
export interface Invocation {
  /** Arguments that are no options. */
  operands: string[];
  /** What follows the first `--`; null when there is none. */
  rest: string[] | null;
}

/** A command of the `ringscope` program. */
export interface CliCommand {
  readonly name: string;
  readonly summary: string;
  /** As in {@link CommandSpec}. */
  readonly usage: string | undefined;
  readonly options: Readonly<Record<string, OptionSpec<unknown>>>;
  /** Parses `args` and runs. Resolves to the exit code; wrong use rejects with a CliError. */
  run(args: string[]): Promise<number>;
}

/** What {@link defineCommand} makes a command of. */
export interface CommandSpec<O extends Options> {
  name: string;
  summary: string;
  /** The arguments as shown in the usage line: `"[CAPTURE…] [QUERY]"`. Without it the command takes none. */
  usage?: string;
  /** Whether `-- COMMAND…` is meaningful; otherwise what follows `--` is joined to the operands. */
  takesCommand?: boolean;
  options: O;
  /** Examples and explanations below the options of `--help`; `deno task` in it becomes what the user types. */
  help?: string;
  run(options: OptionValues<O>, invocation: Invocation): Promise<number>;
}

/** An option without a value. */
export function flag(flags: string, description: string): OptionSpec<boolean> {
  return { flags, description, fallback: false };
}

/** An option `--no-X` for a `X` that is on when nothing is said. */
export function negation(flags: `--no-${string}`, description: string): OptionSpec<boolean> {
  return { flags, description, fallback: true };
}

/** An option with a value; undefined when it is not given. */
export function value<T>(
  flags: string,
  description: string,
  parse: (text: string) => T,
): OptionSpec<T | undefined> {
  return { flags, description, fallback: undefined, parse };
}

/** An option that may be given several times; empty when it is not given. */
export function repeated<T>(
  flags: string,
  description: string,
  parse: (text: string) => T,
): OptionSpec<readonly T[]> {
  return { flags, description, fallback: [], parse: (text) => [parse(text)], isRepeated: true };
}

/** An option whose value is one of a few words. */
export function choice<T extends string>(
  flags: string,
  description: string,
  choices: readonly T[],
  fallback: NoInfer<T>,
): OptionSpec<T> {
  return { flags, description, fallback, choices, parse: (text) => text as T };
}

/** As {@link choice}; undefined when it is not given. */
export function optionalChoice<T extends string>(
  flags: string,
  description: string,
  choices: readonly T[],
): OptionSpec<T | undefined> {
  return { flags, description, fallback: undefined, choices, parse: (text) => text as T };
}

/** As {@link optionalChoice}, for an option that may be given without a value (`--x [word]`): then it means the first word. */
export function presetChoice<T extends string>(
  flags: string,
  description: string,
  choices: readonly [T, ...T[]],
): OptionSpec<T | undefined> {
  return { ...optionalChoice(flags, description, choices), preset: choices[0] };
}

/** An option with any text as value. */
export function text(flags: string, description: string): OptionSpec<string | undefined> {
  return value(flags, description, (given) => given);
}

/** As {@link text}, for an option that may be given without a value (`--x [name]`): then it means `preset`. */
export function presetText(
  flags: string,
  description: string,
  preset: string,
): OptionSpec<string | undefined> {
  return { ...text(flags, description), preset };
}

/** Makes a command. */
export function defineCommand<O extends Options>(spec: CommandSpec<O>): CliCommand {
  return {
    name: spec.name,
    summary: spec.summary,
    usage: spec.usage,
    options: spec.options,
    run: (args) => runCommand(spec, args),
  };
}

async function runCommand<O extends Options>(spec: CommandSpec<O>, args: string[]): Promise<number> {
  const cut = args.indexOf("--");
  const rest = cut < 0 ? null : args.slice(cut + 1);
  const own = cut < 0 ? args : args.slice(0, cut);

  let exitCode = 0;
  const command = base(`${taskCommand()} ${spec.name}`).description(spec.summary).version(
    VERSION,
    "--version",
    "show the version",
  );
  for (const [key, option] of Object.entries(spec.options)) command.addOption(toCommander(key, option));
  const operandsUsage = spec.usage ?? "";
  command.usage(`[options]${operandsUsage === "" ? "" : ` ${operandsUsage}`}`);
  if (spec.help !== undefined) {
    command.addHelpText("after", `\n${spec.help.replaceAll("deno task", taskCommand())}`);
  }
  command.configureHelp({ visibleArguments: () => [] });
  command.argument("[operands...]").action(async (operands: string[]) => {
    const given = command.opts() as Record<string, unknown>;
    const options = Object.fromEntries(
      Object.entries(spec.options).map(([key, option]) => [key, given[key] ?? option.fallback]),
    ) as OptionValues<O>;
    const joined = spec.takesCommand === true ? operands : [...operands, ...rest ?? []];
    if (spec.usage === undefined && joined.length > 0) throw unexpected(spec.name, joined);
    exitCode = await spec.run(options, {
      operands: joined,
      rest: spec.takesCommand === true ? rest : null,
    });
  });
  await parse(command, own);
  return exitCode;
}

/** The whole program: picks the command by its name. */
export async function runProgram(commands: readonly CliCommand[], args: string[]): Promise<number> {
  const [name, ...rest] = args;
  const chosen = commands.find((command) => command.name === name);
  if (chosen !== undefined) return await chosen.run(rest);

  const program = base("ringscope")
    .description("Records what drivers log, without losing an entry unnoticed, and answers questions in SQL.")
    .version(VERSION, "--version", "show the version");
  for (const command of commands) program.command(command.name).description(command.summary);
  if (name === undefined) {
    program.outputHelp();
    return 2;
  }
  if (name === "help") {
    const about = commands.find((command) => command.name === rest[0]);
    if (about !== undefined) return await about.run(["--help"]);
  }
  await parse(program, args);
  return 0;
}

function base(name: string): Command {
  // Errors come back as exceptions, so that every command reports them in one way.
  return new Command(name).exitOverride().configureOutput({ writeErr: () => {} }).helpOption(
    "-h, --help",
    "show this help",
  );
}

async function parse(command: { parseAsync: Command["parseAsync"] }, args: string[]): Promise<void> {
  try {
    await command.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return; // --help and --version have been printed
    const line = error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
    throw new CliError(`${line} (--help shows the options)`, { cause: error });
  }
}

function toCommander(key: string, spec: OptionSpec<unknown>): Option {
  const option = new Option(spec.flags, spec.description);
  if (option.attributeName() !== key) {
    throw new TypeError(`option ${spec.flags} is declared as "${key}", expected "${option.attributeName()}"`);
  }
  if (spec.preset !== undefined) option.preset(spec.preset);
  const read = spec.parse;
  if (spec.choices !== undefined) option.choices(spec.choices);
  else if (read !== undefined) {
    option.argParser((given: string, before: unknown) => {
      try {
        const value = read(given);
        return spec.isRepeated === true ? [...asList(before), ...asList(value)] : value;
      } catch (error) {
        if (error instanceof RangeError || error instanceof TypeError) {
          throw new InvalidArgumentError(error.message);
        }
        throw error;
      }
    });
  }
  return option;
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function unexpected(name: string, operands: string[]): CliError {
  return new CliError(`unexpected argument "${operands[0]}": ${name} takes none (--help shows the options)`);
}
