const PIECE_BYTES = 64 * 1024;

/**
 * Writes text to standard output, in large pieces. Resolves to false when nobody reads it any more, as in
 * `… | head`: then the caller has nothing left to do, and nothing is wrong.
 */
export async function print(text: string | Iterable<string>): Promise<boolean> {
  const encoder = new TextEncoder();
  let waiting = "";
  try {
    for (const piece of typeof text === "string" ? [text] : text) {
      waiting += piece;
      if (waiting.length < PIECE_BYTES) continue;
      await writeAll(encoder.encode(waiting));
      waiting = "";
    }
    await writeAll(encoder.encode(waiting));
    return true;
  } catch (error) {
    if (isClosed(error)) return false;
    throw error;
  }
}

/** Writes bytes to standard output; as {@link print} it resolves to false when nobody reads it any more. */
export async function printBytes(bytes: Uint8Array): Promise<boolean> {
  try {
    await writeAll(bytes);
    return true;
  } catch (error) {
    if (isClosed(error)) return false;
    throw error;
  }
}

const RED = 31;
const YELLOW = 33;

let errorColor = Deno.stderr.isTerminal() && !Deno.noColor;

/** Whether what goes to standard error is coloured; by default when that is a terminal and NO_COLOR is not set. */
export function setErrorColor(enabled: boolean): void {
  errorColor = enabled;
}

/** Writes one line to standard error. */
export function printError(line: string): void {
  printNote(`${paint("error:", RED)} ${line}`);
}

/** Writes a warning to standard error. */
export function printWarning(line: string): void {
  printNote(`${paint("warning:", YELLOW)} ${line}`);
}

/** Writes a line to standard error that is neither result nor fault. */
export function printNote(line: string): void {
  try {
    const bytes = new TextEncoder().encode(`${line}\n`);
    for (let done = 0; done < bytes.length;) done += Deno.stderr.writeSync(bytes.subarray(done));
  } catch (error) {
    if (!isClosed(error)) throw error;
  }
}

/** Not by @std/fmt, whose colours are on or off for standard output. */
function paint(text: string, color: number): string {
  return errorColor ? `\x1b[${color}m${text}\x1b[39m` : text;
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await Deno.stdout.write(bytes.subarray(done));
}

/** The reader of a pipe is gone, or the terminal was closed (EIO). */
function isClosed(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe ||
    (error instanceof Error && "code" in error && error.code === "EIO");
}
