/**
 * The few functions of the system's C library that Deno has no words for: mapping a file or device, asking and locking it, the clocks,
 * priorities, links below /proc.
 *
 * Linux; needs permission for FFI.
 * @module
 */
import { DriverError } from "../errors.ts";

/** Values of <fcntl.h>, <unistd.h>, <sys/mman.h>, <sys/file.h>, <sys/resource.h> and <time.h> that are the same on every Linux. */
export const Libc = {
  openReadOnly: 0,
  openReadWrite: 0o2,
  openCloseOnExec: 0o2000000,
  protectRead: 1,
  protectWrite: 2,
  mapShared: 1,
  seekEnd: 2,
  lockExclusive: 2,
  lockNonBlocking: 4,
  clockRealtime: 0,
  clockMonotonic: 1,
  priorityProcess: 0,
} as const;

const symbols = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  mmap: { parameters: ["pointer", "usize", "i32", "i32", "i32", "i64"], result: "pointer" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  munmap: { parameters: ["pointer", "usize"], result: "i32" },
  flock: { parameters: ["i32", "i32"], result: "i32" },
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  getpriority: { parameters: ["i32", "u32"], result: "i32" },
  setpriority: { parameters: ["i32", "u32", "i32"], result: "i32" },
  syscall: { parameters: ["i64", "i64", "buffer", "i64"], result: "i64" },
  // Variadic in C, and called like any other function on x86-64 and arm64 Linux.
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  __errno_location: { parameters: [], result: "pointer" },
  readlink: { parameters: ["buffer", "buffer", "usize"], result: "isize" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions by name, as their manual pages tell them. */
export type LibcLibrary = Deno.DynamicLibrary<typeof symbols>;

/**
 * Opens the C library, by the names that glibc and musl give it.
 *
 * @throws {DriverError} There is none of these names.
 */
export function openLibc(): LibcLibrary {
  const names = ["libc.so.6", `libc.musl-${Deno.build.arch}.so.1`];
  let cause: unknown;
  for (const name of names) {
    try {
      return Deno.dlopen(name, symbols);
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      cause = error;
    }
  }
  throw new DriverError(
    `cannot map rings without the system's C library: none of ${names.join(", ")} could be loaded; ` +
      "install a C compiler, so that the native reader can be built",
    { cause },
  );
}

/** Codes of <errno.h> that are told apart here; the same on every Linux that Deno runs on. */
export const Errno = {
  noPermission: 1,
  notFound: 2,
  io: 5,
  noDevice: 19,
  exists: 17,
  noMemory: 12,
  accessDenied: 13,
  busy: 16,
  invalid: 22,
  notTty: 25,
  noSpace: 28,
  notSupported: 95,
} as const;

/** Why the last call of the C library failed; to be asked for at once. */
export function readErrno(libc: LibcLibrary): number {
  const place = libc.symbols.__errno_location();
  return place === null ? 0 : new Deno.UnsafePointerView(place).getInt32();
}

/** Where a symbolic link below /proc leads, which Deno tells nobody; null when there is none, as on a system without /proc. */
export function readLink(path: string): string | null {
  if (Deno.build.os !== "linux") return null;
  const libc = openLibc();
  const target = new Uint8Array(256);
  const name = new TextEncoder().encode(`${path}\0`);
  const length = Number(libc.symbols.readlink(name, target, BigInt(target.length)));
  libc.close();
  return length < 0 ? null : new TextDecoder().decode(target.subarray(0, length));
}
