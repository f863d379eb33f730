/**
 * `cli` of Deno's standard library, with types. The npm form's `cli/mod.js` and `cli/unicode_width.js` are broken.
 * @module
 */
import { parseArgs as parse } from "deno-std/cli/parse_args.js";

/** What {@link parseArgs} looks for. */
export interface ParseArgsOptions<B extends string, S extends string> {
  /** Flags without a value. */
  boolean?: readonly B[];
  /** Flags with a value. */
  string?: readonly S[];
  /** Called for each unknown argument; `false` leaves it out of the result. */
  unknown?: (argument: string, key?: string, value?: unknown) => unknown;
  default?: Partial<Record<B, boolean> & Record<S, string>>;
  alias?: Partial<Record<B | S, string | readonly string[]>>;
  /** Puts what follows `--` into `"--"` instead of `_`. */
  "--"?: boolean;
}
/** The flags that were found, and in `_` what is no flag. A boolean that is missing is `false`. */
export type ParsedArgs<B extends string, S extends string> =
  & Record<B, boolean>
  & Partial<Record<S, string>>
  & { _: (string | number)[]; "--"?: string[] };
/** Parses command-line arguments of the project's own scripts; the `ringscope` command has cli/command.ts. */
export const parseArgs: <B extends string = never, S extends string = never>(
  args: readonly string[],
  options?: ParseArgsOptions<B, S>,
) => ParsedArgs<B, S> = parse;
