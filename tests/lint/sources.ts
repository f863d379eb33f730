import { join } from "@std/path";

/** A text file of the project. */
export interface Source {
  /** Relative to the project's folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** A place where a rule is broken. */
export interface Breach {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

const SKIPPED = new Set([".git", "build", "captures", "node_modules"]);
const TEXT = /\.(ts|json|md|sql|c|h|sh|txt)$|^(run|LICENSE|\.gitignore)$/;

/** Every text file below `root` that belongs to the project. */
export async function readSources(root: string): Promise<Source[]> {
  const sources: Source[] = [];
  await collect(root, "", sources);
  return sources.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** The number of the line that holds the character at `index`. */
export function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

async function collect(root: string, below: string, sources: Source[]): Promise<void> {
  for await (const entry of Deno.readDir(join(root, below))) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory && !SKIPPED.has(entry.name)) await collect(root, path, sources);
    else if (entry.isFile && TEXT.test(entry.name)) {
      sources.push({ path, text: await Deno.readTextFile(join(root, path)) });
    }
  }
}
