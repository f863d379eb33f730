/**
 * Files that are either the old or the new one, whatever happens in between.
 * @module
 */
import { basename, dirname, join } from "@std/path";

/** Replaces a file's text atomically: written aside, synced, renamed, and the folder synced. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const aside = join(dirname(path), `.${basename(path)}.${Deno.pid}.tmp`);
  try {
    using file = await Deno.open(aside, { write: true, create: true, truncate: true });
    const bytes = new TextEncoder().encode(text);
    for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
    await file.sync();
    await Deno.rename(aside, path);
  } catch (error) {
    await Deno.remove(aside).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Forces a folder's names to the disk, where the system can. */
export async function syncFolder(path: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using folder = await Deno.open(path, { read: true });
  await folder.sync();
}
