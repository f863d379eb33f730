/**
 * Finds the C compiler that builds the driver and the reader library.
 * @module
 */

/** A compiler that answered. */
export interface Compiler {
  /** Program and leading arguments, such as `["ccache", "gcc"]`. */
  readonly command: readonly string[];
  /** First line of what `--version` prints; part of what decides whether a product is up to date. */
  readonly version: string;
}

/** Why there is no compiler, and what to do about it. */
export interface NoCompiler {
  readonly reason: string;
}

const USUAL_COMPILERS = ["cc", "clang", "gcc"];

/**
 * The compiler that `cc` names (may carry leading words, as `$CC` does), otherwise the first of cc, clang, gcc that
 * answers to `--version`. A named compiler that does not work is not replaced by another one: whoever set it meant it.
 *
 * @param cc What to use; by default the environment's `CC`.
 */
export async function findCompiler(
  cc: string | undefined = Deno.env.get("CC"),
): Promise<Compiler | NoCompiler> {
  const named = cc?.trim().split(/\s+/).filter((word) => word !== "") ?? [];
  if (named.length > 0) {
    const answer = await askVersion(named);
    if ("version" in answer) return answer;
    return { reason: `CC is "${cc}", which does not work: ${answer.reason}; unset CC or name a C compiler` };
  }
  for (const program of USUAL_COMPILERS) {
    const answer = await askVersion([program]);
    if ("version" in answer) return answer;
  }
  return {
    reason: `no C compiler: none of ${USUAL_COMPILERS.join(", ")} can be run; ` +
      `install one (Debian: apt-get install gcc libc6-dev) or set CC`,
  };
}

async function askVersion(command: string[]): Promise<Compiler | NoCompiler> {
  const [program, ...args] = command;
  if (program === undefined) return { reason: "the command is empty" };
  try {
    const answer = await new Deno.Command(program, { args: [...args, "--version"], stdin: "null" }).output();
    const text = new TextDecoder().decode(answer.success ? answer.stdout : answer.stderr).trim();
    const line = text.split("\n", 1)[0] ?? "";
    return answer.success ? { command, version: line } : { reason: `it ended with ${answer.code}: ${line}` };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return { reason: error.message };
    }
    throw error;
  }
}
