import { toText } from "@std/streams";
import { CliError } from "../../errors.ts";

/** The query from a file, from standard input (`-`, or nothing given and no terminal). Empty text is wrong use. */
export async function readQuery(file: string | undefined): Promise<string> {
  if (file === undefined && Deno.stdin.isTerminal()) {
    throw new CliError(
      `no query: write it as the last argument, or name a file with -f (--help has examples)`,
    );
  }
  const fromInput = file === undefined || file === "-";
  const query = fromInput ? await toText(Deno.stdin.readable) : await readFile(file);
  if (query.trim() === "") {
    throw new CliError(
      `no query: ${
        fromInput ? "standard input" : file
      } is empty; write it as the last argument or in a file for -f`,
    );
  }
  return query;
}

async function readFile(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : error instanceof Error
      ? error.message
      : String(error);
    throw new CliError(`cannot read the query from ${path}: ${reason}`, { cause: error });
  }
}
