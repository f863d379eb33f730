/**
 * Where the sources are and where what is built goes.
 * @module
 */
import { fromFileUrl, join } from "@std/path";

/**
 * The project's folder.
 *
 * @throws {TypeError} This program does not run from files, so there is nothing to build from.
 */
export function projectRoot(): string {
  return fromFileUrl(new URL("../..", import.meta.url));
}

/** The first of these paths that is a file; null: none is. */
export function findFile(paths: readonly string[]): string | null {
  return paths.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      return false;
    }
  }) ?? null;
}

/** Where a product for Windows may lie, which every compiler has a folder of its own for. */
export function windowsProducts(name: string, root: string = projectRoot()): string[] {
  return ["clang", "gcc"].map((compiler) => join(root, "build", "windows", compiler, name));
}

/** The folder that gets every product; not under version control. */
export function buildFolder(): string {
  return join(projectRoot(), "build");
}
