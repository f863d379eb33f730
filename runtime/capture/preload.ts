/**
 * Puts the recording library into a program that knows nothing of it.
 * @module
 */
import { judgeProgram } from "./recordable.ts";
import type { RecordCommand } from "./record_types.ts";

/** What a program is started with so that its calls are recorded. */
export interface Preload {
  /** Added to its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

const NOTHING: Preload = { env: {}, warnings: [] };

/**
 * The environment that preloads `library` into a command and what it starts, in front of what is preloaded already.
 *
 * @param library Path of the library, or null where it could not be built.
 * @returns Nothing to add where it would do harm; `warnings` say when the program's own calls will not be seen, and why.
 */
export async function preparePreload(command: RecordCommand, library: string | null): Promise<Preload> {
  if (!command.preload || Deno.build.os !== "linux") return NOTHING;
  if (library === null) {
    return {
      env: {},
      warnings: [
        `the calls of ${command.program} are not recorded: the library for it is not built; deno task doctor says why`,
      ],
    };
  }
  // Both separate the names in LD_PRELOAD, and nothing escapes them.
  if (/[\s:]/.test(library)) {
    return {
      env: {},
      warnings: [
        `the calls of ${command.program} are not recorded: the path ${library} has a space or a colon, which the loader ` +
        `takes for the end of a name; move the project to a path without them`,
      ],
    };
  }
  const { warning, preload } = await judgeProgram(command.program, command.args, {
    path: command.env?.["PATH"] ?? Deno.env.get("PATH"),
    cwd: command.cwd ?? Deno.cwd(),
    uid: Deno.uid(),
    gid: Deno.gid(),
    asanOptions: command.env?.["ASAN_OPTIONS"] ?? Deno.env.get("ASAN_OPTIONS") ?? "",
  });
  const before = command.env?.["LD_PRELOAD"] ?? Deno.env.get("LD_PRELOAD");
  return {
    env: preload ? { LD_PRELOAD: before ? `${library}:${before}` : library } : {},
    warnings: warning === null ? [] : [warning],
  };
}
