/**
 * Tells whether a small file of a capture folder has changed.
 *
 * @module
 */

/** Changes with the file; empty where there is none. */
export async function fileVersion(path: string): Promise<string> {
  try {
    const { size, mtime, ino } = await Deno.stat(path);
    return `${ino} ${size} ${mtime?.getTime()}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
