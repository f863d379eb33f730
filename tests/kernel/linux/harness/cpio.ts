/**
 * Writes archives in cpio's "newc" format, which the kernel unpacks as its first root (Documentation/driver-api/early-userspace/
 * buffer-format.rst). Several archives behind each other are one: what is the same in all boots is written once.
 * @module
 */

/** What an archive holds at a path, which begins without `/`. Folders on the way are made as they are needed. */
export type CpioEntry =
  | { readonly path: string; readonly file: string; readonly mode?: number }
  | { readonly path: string; readonly text: string; readonly mode?: number }
  | { readonly path: string; readonly link: string }
  | { readonly path: string; readonly folder: true }
  | { readonly path: string; readonly character: readonly [major: number, minor: number] };

const TYPE_FILE = 0o100000;
const TYPE_FOLDER = 0o040000;
const TYPE_LINK = 0o120000;
const TYPE_CHARACTER = 0o020000;
/** The kernel takes a new header, and each file's content, only at multiples of four bytes. */
const ALIGN = 4;

/** Writes `entries` to the end of `output`; gives the bytes written, a multiple of 512. */
export async function writeCpio(output: Deno.FsFile, entries: readonly CpioEntry[]): Promise<number> {
  const made = new Set<string>();
  let inode = 1;
  let written = 0;
  const write = async (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) at += await output.write(bytes.subarray(at));
    written += bytes.length;
  };
  const pad = async () => await write(new Uint8Array((ALIGN - written % ALIGN) % ALIGN));
  const header = async (path: string, mode: number, bytes: number, device: readonly number[] = [0, 0]) => {
    const name = new TextEncoder().encode(`${path}\0`);
    const numbers = [inode++, mode, 0, 0, 1, 0, bytes, 0, 0, device[0] ?? 0, device[1] ?? 0, name.length, 0];
    await write(
      new TextEncoder().encode(`070701${numbers.map((n) => n.toString(16).padStart(8, "0")).join("")}`),
    );
    await write(name);
    await pad();
  };
  const content = async (bytes: Uint8Array) => {
    await write(bytes);
    await pad();
  };
  const folder = async (path: string) => {
    if (path === "" || made.has(path)) return;
    await folder(parentOf(path));
    made.add(path);
    await header(path, TYPE_FOLDER | 0o755, 0);
  };

  for (const entry of entries) {
    await folder(parentOf(entry.path));
    if ("folder" in entry) await folder(entry.path);
    else if ("link" in entry) {
      const target = new TextEncoder().encode(entry.link);
      await header(entry.path, TYPE_LINK | 0o777, target.length);
      await content(target);
    } else if ("character" in entry) {
      await header(entry.path, TYPE_CHARACTER | 0o600, 0, entry.character);
    } else {
      const bytes = "text" in entry ? new TextEncoder().encode(entry.text) : await Deno.readFile(entry.file);
      await header(entry.path, TYPE_FILE | (entry.mode ?? 0o755), bytes.length);
      await content(bytes);
    }
  }
  inode = 0;
  await header("TRAILER!!!", 0, 0);
  await write(new Uint8Array((512 - written % 512) % 512));
  return written;
}

function parentOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "" : path.slice(0, at);
}
