/**
 * A stamp says what a product was made from. A product without a fitting one is out of date.
 * @module
 */
import { resolve } from "@std/path";
import { hashFile } from "./inputs.ts";

/** Kept beside the products, one file each. */
export interface Stamp {
  /** What the compiler calls itself. */
  readonly compiler: string;
  /** Flags, libraries and source names, as one text. */
  readonly command: string;
  /** Hash of every file that was read, by its path; see {@link hashInputs}. */
  readonly inputs: Readonly<Record<string, string>>;
}

const CHANGED = "changed while it was compiled";

/**
 * Hashes of inputs. One that was written after `startedMs` (Unix time) gets no hash, since the compiler may have read what
 * stood there before; the product is then made again the next time.
 */
export async function hashInputs(
  root: string,
  inputs: Iterable<string>,
  startedMs: number,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const input of [...new Set(inputs)].sort()) {
    const path = resolve(root, input);
    const hash = await hashFile(path);
    const written = hash === null ? null : (await Deno.stat(path)).mtime;
    hashes[input] = hash === null || (written !== null && written.getTime() > startedMs) ? CHANGED : hash;
  }
  return hashes;
}

/**
 * Whether the product at `path` is there and was made by this command from what stands in the files now.
 *
 * @param compiler Version to compare with, or null when there is no compiler to ask: a product made elsewhere will do.
 */
export async function isCurrent(
  root: string,
  path: string,
  stampPath: string,
  command: string,
  compiler: string | null,
): Promise<boolean> {
  const stamp = await readStamp(stampPath);
  if (stamp === null || stamp.command !== command) return false;
  if (compiler !== null && stamp.compiler !== compiler) return false;
  for (const [input, hash] of Object.entries(stamp.inputs)) {
    if (await hashFile(resolve(root, input)) !== hash) return false;
  }
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function readStamp(path: string): Promise<Stamp | null> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    return isStamp(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isStamp(value: unknown): value is Stamp {
  return typeof value === "object" && value !== null &&
    "compiler" in value && typeof value.compiler === "string" &&
    "command" in value && typeof value.command === "string" &&
    "inputs" in value && typeof value.inputs === "object" && value.inputs !== null;
}
