/** Files and folders in the folder that the beginning of a path names; folders end with a slash. */
export async function listFiles(start: string): Promise<string[]> {
  const folder = /^.*\//s.exec(start)?.[0] ?? "";
  const found: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder === "" ? "." : folder)) {
      if (!name.startsWith(".")) found.push(`${folder}${name}${isDirectory ? "/" : ""}`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
  }
  return found.sort();
}
