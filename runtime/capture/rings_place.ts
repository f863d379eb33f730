/**
 * Ring sets that a capture makes for itself: where, under which name, and away again at the end.
 * @module
 */
import { join } from "@std/path";
import { DriverError } from "../errors.ts";
import { removeSpecialFile } from "../ffi/special_files.ts";
import { Status } from "../ffi/status.ts";

/** Makes a ring set at a path; `NativeLibrary.makeRingSet` is one. */
export type MakeRingSet = (path: string) => void;

/** Makes a ring set without a name; `NativeLibrary.makeMemoryRingSet` is one. */
export type MakeMemoryRingSet = () => { readonly path: string } & Disposable;

/** A ring set that is removed when this is disposed of. Programs that have it open keep it until they end. */
export interface OwnRings extends AsyncDisposable {
  readonly path: string;
  /** Why it is not where it should be, else null. */
  readonly warning: string | null;
}

/** Folders where ring sets are made, best first. Memory is wanted: a file elsewhere is written to its disk again and again. */
export function ringFolders(): string[] {
  const temporary = Deno.env.get("TMPDIR") || "/tmp";
  return Deno.build.os === "linux" ? ["/dev/shm", temporary] : [temporary];
}

/** The name of a new ring set of this process. */
export function ringFileName(pid: number = Deno.pid): string {
  const random = crypto.getRandomValues(new Uint8Array(6));
  return `ringscope-${pid}-${random.toHex()}.rings`;
}

/**
 * Makes a ring set in memory, or in the folder for temporary files where there is no room for it. A file with a name outlives a capture
 * that is killed; without room for one, a memory file without a name comes before a disk.
 *
 * @throws {RangeError} The size of the rings cannot be.
 * @throws {DriverError} No folder takes it.
 */
export function makeOwnRings(
  make: MakeRingSet,
  folders: readonly string[] = ringFolders(),
  makeInMemory: MakeMemoryRingSet | null = null,
): OwnRings {
  let first: DriverError | null = null;
  for (const [at, folder] of folders.entries()) {
    if (at === 1 && makeInMemory !== null) {
      const made = tryInMemory(makeInMemory);
      if (made !== null) return made;
    }
    const path = join(folder, ringFileName());
    try {
      make(path);
    } catch (error) {
      if (!(error instanceof DriverError) || !isPlaceProblem(error)) throw error;
      first ??= error;
      continue;
    }
    const warning = first === null
      ? null
      : `the rings are in ${folder}, which may be a disk and slow: ${first.message}`;
    // Deno.exit runs no finally.
    const onExit = () => void removeSpecialFile(path);
    globalThis.addEventListener("unload", onExit);
    return {
      path,
      warning,
      [Symbol.asyncDispose]() {
        globalThis.removeEventListener("unload", onExit);
        return removeRings(path);
      },
    };
  }
  throw first ?? new DriverError("make the rings: there is no folder for them");
}

/** Where /dev/shm has no room, as in a container; null when there is no memory either. */
function tryInMemory(make: MakeMemoryRingSet): OwnRings | null {
  try {
    const made = make();
    return {
      path: made.path,
      warning: null,
      [Symbol.asyncDispose]() {
        made[Symbol.dispose]();
        return Promise.resolve();
      },
    };
  } catch (error) {
    if (!(error instanceof DriverError) || !isPlaceProblem(error)) throw error;
    return null;
  }
}

/** Whether another folder could do better. */
function isPlaceProblem(error: DriverError): boolean {
  const cause = error.cause;
  const status = typeof cause === "object" && cause !== null && "status" in cause ? cause.status : null;
  return status === Status.noSpace || status === Status.noPermission || status === Status.notFound ||
    status === Status.io || status === Status.noMemory;
}

function removeRings(path: string): Promise<void> {
  if (removeSpecialFile(path)) return Promise.resolve();
  return Promise.reject(
    new DriverError(`remove the rings ${path}: the system refused; remove the file by hand`),
  );
}
