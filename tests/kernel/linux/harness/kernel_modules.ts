/**
 * Finds modules of the distribution's kernel, with those that they depend on, in the order in which they have to be loaded.
 * @module
 */
import { basename, join } from "@std/path";
import { GuestError } from "./guest_error.ts";

/** Paths of the modules called `names` and of what they need, each behind its needs. @throws {GuestError} There is no such module. */
export async function resolveKernelModules(folder: string, names: readonly string[]): Promise<string[]> {
  const known = new Map([...listModules(join(folder, "kernel"))].map((path) => [nameOf(path), path]));
  const order: string[] = [];
  const visit = async (name: string) => {
    const path = known.get(normalize(name));
    if (path === undefined) {
      throw new GuestError(`find the kernel's module ${name}: there is none below ${folder}`);
    }
    if (order.includes(path)) return;
    for (const needed of await readDepends(path)) await visit(needed);
    order.push(path);
  };
  for (const name of names) await visit(name);
  return order;
}

/** What the module's own information says that it needs. */
async function readDepends(path: string): Promise<string[]> {
  const text = new TextDecoder("latin1").decode(await Deno.readFile(path));
  const depends = /\0depends=([^\0]*)\0/.exec(text)?.[1] ?? "";
  return depends.split(",").filter((name) => name !== "");
}

function* listModules(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* listModules(path);
    else if (entry.name.endsWith(".ko")) yield path;
  }
}

function nameOf(path: string): string {
  return normalize(basename(path, ".ko"));
}

/** The kernel takes `-` and `_` in names of modules for the same. */
function normalize(name: string): string {
  return name.replaceAll("-", "_");
}
