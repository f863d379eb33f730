/**
 * The folder of a new capture: its name and its making.
 * @module
 */
import { join } from "@std/path";
import { CaptureError } from "../errors.ts";
import { syncFolder } from "./durable_file.ts";

/** Longest name of a file in usual file systems, in bytes of UTF-8. */
const NAME_BYTES_MAX = 255;

/**
 * Checks that a name can be a folder's and means nothing else.
 *
 * @throws {TypeError} It cannot.
 */
export function checkCaptureName(name: string): void {
  const says = `use the capture name ${JSON.stringify(name)}`;
  if (name === "" || name === "." || name === "..") throw new TypeError(`${says}: it names no new folder`);
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f/\\]/.test(name)) {
    throw new TypeError(
      `${says}: it holds a slash or a control character; use --dir for the folder around it`,
    );
  }
  if (name.startsWith("-")) {
    throw new TypeError(`${says}: a name that begins with - would be taken for an option`);
  }
  if (new TextEncoder().encode(name).length > NAME_BYTES_MAX) {
    throw new TypeError(`${says}: it is longer than ${NAME_BYTES_MAX} bytes`);
  }
}

/** `capture-YYYYMMDD-HHMMSS` in local time. */
export function defaultCaptureName(now: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `capture-${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}

/**
 * Refuses early what {@link makeCaptureFolder} would refuse, before anything else is made.
 *
 * @throws {TypeError} The name cannot be.
 * @throws {CaptureError} There is a capture of this name.
 */
export async function checkCaptureFolder(dir: string, name: string | undefined): Promise<void> {
  if (name === undefined) return;
  checkCaptureName(name);
  try {
    await Deno.lstat(join(dir, name));
  } catch {
    // Whatever is wrong here is told by the making.
    return;
  }
  throw nameTaken(dir, name);
}

/**
 * Makes the folder. Two captures never share one: the making of the folder decides who has the name.
 *
 * @param name Null for a default name, which gets a number when it is taken.
 * @throws {CaptureError} The name is taken, or the folder cannot be made.
 */
export async function makeCaptureFolder(
  dir: string,
  name: string | undefined,
): Promise<{ name: string; path: string }> {
  try {
    await Deno.mkdir(dir, { recursive: true });
  } catch (error) {
    throw cannotMake(dir, error);
  }
  const wanted = name ?? defaultCaptureName(new Date());
  for (let number = 1;; number++) {
    const tried = number === 1 ? wanted : `${wanted}-${number}`;
    try {
      await Deno.mkdir(join(dir, tried));
      await syncFolder(dir);
      return { name: tried, path: join(dir, tried) };
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw cannotMake(join(dir, tried), error);
      if (name !== undefined) throw nameTaken(dir, name);
    }
  }
}

function nameTaken(dir: string, name: string): CaptureError {
  return new CaptureError(
    `make the capture ${join(dir, name)}: it exists; use another name, or remove it first`,
  );
}

function cannotMake(path: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return new CaptureError(`make the folder ${path}: ${error.message}; ${otherFolder(error)}`, {
    cause: error,
  });
}

function otherFolder(error: Error): string {
  // Deno keeps programs with named permissions out of these, whatever --allow-write says.
  if (error instanceof Deno.errors.NotCapable) {
    return "choose a folder outside of /dev, /proc and /sys with --dir";
  }
  if (error instanceof Deno.errors.PermissionDenied) return "choose a folder of your own with --dir";
  return "choose another folder with --dir";
}
