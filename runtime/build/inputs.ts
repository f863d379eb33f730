/**
 * What a product was made from: the files that the compiler read, by content.
 * @module
 */
import { dirname, join, relative, resolve } from "@std/path";

/** Hex SHA-256 of a file's bytes, or null when it cannot be read any more. */
export async function hashFile(path: string): Promise<string | null> {
  try {
    const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) return null;
    throw error;
  }
}

/**
 * Source files in a stable order. An entry whose last part is `*.c` stands for every C file of its folder.
 *
 * @param root Folder that relative entries are below.
 * @returns Paths relative to `root` where they are below it, otherwise absolute.
 */
export async function listSources(root: string, entries: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const entry of entries) {
    if (!entry.endsWith("*.c")) {
      found.add(shorten(root, entry));
      continue;
    }
    const folder = dirname(resolve(root, entry));
    for await (const file of Deno.readDir(folder)) {
      if (file.isFile && file.name.endsWith(".c")) found.add(shorten(root, join(folder, file.name)));
    }
  }
  return [...found].sort();
}

/** A path as it is kept in a stamp, so that a moved project is still up to date. */
export function shorten(root: string, path: string): string {
  const absolute = resolve(root, path);
  const below = relative(root, absolute);
  return below.startsWith("..") ? absolute : below;
}

/** The prerequisites in a dependency file as `cc -MMD` writes it. */
export function parseDependencies(text: string): string[] {
  const joined = text.replaceAll(/\\\r?\n/g, " ");
  const colon = joined.search(/:\s/);
  if (colon < 0) return [];
  const words = joined.slice(colon + 1).match(/(?:\\.|[^\s\\])+/g) ?? [];
  return words.map((word) => word.replaceAll(/\\(.)/g, "$1").replaceAll("$$", "$"));
}
