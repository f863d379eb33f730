/**
 * What was asked at the prompt, kept between runs: one JSON text per line, oldest first, so that a statement whose texts hold line
 * ends comes back as it was.
 *
 * @module
 */
import { dirname, join } from "@std/path";

/** How many statements are kept. */
export const HISTORY_SIZE = 1000;

/** Where the user's state is kept: by the XDG Base Directory Specification, on Windows where local data belong. */
export function historyPath(): string {
  const given = Deno.env.get("XDG_STATE_HOME");
  // A relative path is to be ignored, says the specification.
  if (given?.startsWith("/")) return join(given, "ringscope", "sql_history");
  const local = Deno.build.os === "windows" ? Deno.env.get("LOCALAPPDATA") : undefined;
  if (local !== undefined && local !== "") return join(local, "ringscope", "sql_history");
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE") ?? ".";
  return join(home, ".local", "state", "ringscope", "sql_history");
}

/** The statements of a history, newest first. Lines that are damaged are passed over. */
export async function readHistory(path: string): Promise<string[]> {
  let text;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  const entries = text.split("\n").flatMap((line) => {
    try {
      const entry: unknown = JSON.parse(line);
      return typeof entry === "string" ? [entry] : [];
    } catch (error) {
      if (error instanceof SyntaxError) return [];
      throw error;
    }
  });
  return entries.reverse().slice(0, HISTORY_SIZE);
}

/** Adds a statement. Only appends, so that two prompts at the same time keep what both were asked. */
export async function appendHistory(path: string, entry: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(path, `${JSON.stringify(entry)}\n`, { append: true, mode: 0o600 });
}

/** Leaves the newest statements alone when the file has grown to twice what is kept. */
export async function trimHistory(path: string): Promise<void> {
  let lines;
  try {
    lines = (await Deno.readTextFile(path)).split("\n").filter((line) => line !== "");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (lines.length <= 2 * HISTORY_SIZE) return;
  const aside = `${path}.${Deno.pid}`;
  await Deno.writeTextFile(aside, `${lines.slice(-HISTORY_SIZE).join("\n")}\n`, { mode: 0o600 });
  await Deno.rename(aside, path);
}
