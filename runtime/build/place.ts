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

/** The folder that gets every product; not under version control. */
export function buildFolder(): string {
  return join(projectRoot(), "build");
}
