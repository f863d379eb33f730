/**
 * Files below /dev, /proc and /sys, through the C library.
 *
 * Deno lets nobody touch them without `--allow-all`, whatever `--allow-read` and `--allow-write` say; the users' tasks name their
 * permissions, and `--allow-ffi` is one that the reader needs anyway. Elsewhere these functions are Deno's own.
 * @module
 */
import { encodePath } from "./path.ts";

const LIBC = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "isize" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  close: { parameters: ["i32"], result: "i32" },
  unlink: { parameters: ["buffer"], result: "i32" },
  access: { parameters: ["buffer", "i32"], result: "i32" },
  opendir: { parameters: ["buffer"], result: "pointer" },
  readdir: { parameters: ["pointer"], result: "pointer" },
  closedir: { parameters: ["pointer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** Read only; O_NONBLOCK, since anybody may put a pipe into /dev/shm that nobody writes to. */
const OPEN_FLAGS = 0o4000;
const SEEK_END = 2;
const PIECE_BYTES = 16 * 1024;
/** Of `struct dirent` on 64-bit Linux: d_ino, d_off, d_reclen, d_type, then the name. */
const DIRENT_NAME_OFFSET = 19;

type Libc = Deno.DynamicLibrary<typeof LIBC>["symbols"];
let libc: Libc | null | undefined;

/** The first 16 KiB of a file, or null when it cannot be read. */
export function readSpecialFile(path: string): Uint8Array<ArrayBuffer> | null {
  const c = isSpecial(path) ? openLibc() : null;
  if (c === null) return readFile(path);
  const fd = c.open(encodePath(path), OPEN_FLAGS);
  if (fd < 0) return null;
  const buffer = new Uint8Array(PIECE_BYTES);
  const count = Number(c.read(fd, buffer, BigInt(buffer.length)));
  c.close(fd);
  return count < 0 ? null : buffer.slice(0, count);
}

/** `length` bytes of a file from `offset` on, fewer where it ends, or null when it cannot be read. */
export function readSpecialPart(
  path: string,
  offset: number,
  length: number,
): Uint8Array<ArrayBuffer> | null {
  const c = isSpecial(path) ? openLibc() : null;
  const bytes = new Uint8Array(length);
  if (c === null) return readPart(path, offset, bytes);
  const fd = c.open(encodePath(path), OPEN_FLAGS);
  if (fd < 0) return null;
  let done = 0, count = 0;
  do {
    count = Number(c.pread(fd, bytes.subarray(done), BigInt(length - done), BigInt(offset + done)));
    done += Math.max(count, 0);
  } while (count > 0 && done < length);
  c.close(fd);
  return count < 0 ? null : bytes.slice(0, done);
}

/** Bytes of a file, or null when it cannot be opened. */
export function specialFileBytes(path: string): number | null {
  const c = isSpecial(path) ? openLibc() : null;
  if (c === null) return statSize(path);
  const fd = c.open(encodePath(path), OPEN_FLAGS);
  if (fd < 0) return null;
  const end = Number(c.lseek(fd, 0n, SEEK_END));
  c.close(fd);
  return end < 0 ? null : end;
}

/** Removes a file. One that is not there any more is no error; any other failure leaves it and returns false. */
export function removeSpecialFile(path: string): boolean {
  const c = isSpecial(path) ? openLibc() : null;
  if (c === null) return removeFile(path);
  return c.unlink(encodePath(path)) === 0 || c.access(encodePath(path), 0) !== 0;
}

/** The names in a folder, in no order; none when it cannot be read. */
export function listSpecialFolder(path: string): string[] {
  const c = isSpecial(path) ? openLibc() : null;
  if (c === null) return listFolder(path);
  const folder = c.opendir(encodePath(path));
  if (folder === null) return [];
  const names: string[] = [];
  for (let entry = c.readdir(folder); entry !== null; entry = c.readdir(folder)) {
    const name = new Deno.UnsafePointerView(entry).getCString(DIRENT_NAME_OFFSET);
    if (name !== "." && name !== "..") names.push(name);
  }
  c.closedir(folder);
  return names;
}

function isSpecial(path: string): boolean {
  return Deno.build.os === "linux" && /^\/(dev|proc|sys)\//.test(`${path}/`);
}

/** Null on a system with another C library; Deno's own functions then have to do. */
function openLibc(): Libc | null {
  if (libc === undefined) {
    try {
      libc = Deno.dlopen("libc.so.6", LIBC).symbols;
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      libc = null;
    }
  }
  return libc;
}

function readFile(path: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Deno.readFileSync(path).slice(0, PIECE_BYTES);
  } catch {
    return null;
  }
}

function readPart(
  path: string,
  offset: number,
  bytes: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> | null {
  try {
    using file = Deno.openSync(path);
    file.seekSync(offset, Deno.SeekMode.Start);
    let done = 0;
    for (let count: number | null = 1; count !== null && done < bytes.length; done += count ?? 0) {
      count = file.readSync(bytes.subarray(done));
    }
    return bytes.slice(0, done);
  } catch {
    return null;
  }
}

function statSize(path: string): number | null {
  try {
    return Deno.statSync(path).size;
  } catch {
    return null;
  }
}

function removeFile(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

function listFolder(path: string): string[] {
  try {
    return [...Deno.readDirSync(path)].map((entry) => entry.name);
  } catch {
    return [];
  }
}
