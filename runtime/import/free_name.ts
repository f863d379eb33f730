/**
 * What a capture is called that is made of a file.
 *
 * @module
 */
import { basename, join } from "@std/path";

/** The file's own name without its ending, with a number where that is taken in the folder of captures. */
export async function freeName(dir: string, file: string): Promise<string> {
  const stem =
    basename(file).replace(/(?<=.)\.\w+$/, "").replace(/[\p{Cc}/\\]/gu, "").replace(/^[-.]+/, "") || "import";
  for (let number = 1;; number++) {
    const name = number === 1 ? stem : `${stem}-${number}`;
    const isTaken = await Deno.lstat(join(dir, name)).then(() => true, () => false);
    if (!isTaken) return name;
  }
}
