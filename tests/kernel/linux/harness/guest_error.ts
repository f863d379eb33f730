/** A guest could not be made or run at all; that says nothing of the driver. The message names the next step. */
export class GuestError extends Error {
  override readonly name = "GuestError";
}

/** Runs a program to its end and gives its output. @throws {GuestError} It cannot be started or ends badly. */
export async function runTool(
  words: readonly string[],
  what: string,
  options: { readonly cwd?: string; readonly package?: string } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const [program = "", ...args] = words;
  let answer: Deno.CommandOutput;
  try {
    answer = await new Deno.Command(program, {
      args,
      stdin: "null",
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const install = options.package === undefined ? "" : `: apt-get install ${options.package}`;
    throw new GuestError(`${what}: there is no program ${program}${install}`, { cause: error });
  }
  if (answer.success) return answer.stdout;
  const text = new TextDecoder();
  throw new GuestError(
    `${what}: ${words.join(" ")} ended with ${answer.code}:\n${text.decode(answer.stderr)}${
      text.decode(answer.stdout)
    }`,
  );
}
