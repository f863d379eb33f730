/**
 * A file that is there whole or not at all: written aside, synced, renamed.
 * @module
 */
import { basename, dirname, join } from "@std/path";
import { CliError } from "../errors.ts";
import { syncFolder } from "../capture/durable_file.ts";

/** A result on its way into a file. Disposing of it before {@link commit} leaves nothing behind. */
export class OutputFile implements AsyncDisposable {
  readonly path: string;
  readonly #aside: string;
  readonly #force: boolean;
  #file: Deno.FsFile | null;

  private constructor(path: string, aside: string, force: boolean, file: Deno.FsFile) {
    this.path = path;
    this.#aside = aside;
    this.#force = force;
    this.#file = file;
  }

  /**
   * Begins a file.
   *
   * @param force Whether one that is there is replaced.
   * @throws {CliError} It is there, or cannot be written.
   */
  static async begin(path: string, force: boolean): Promise<OutputFile> {
    await checkFree(path, force);
    const aside = join(dirname(path), `.${basename(path)}.${Deno.pid}.part`);
    try {
      const file = await Deno.open(aside, { write: true, create: true, truncate: true });
      return new OutputFile(path, aside, force, file);
    } catch (error) {
      throw cannotWrite(path, error);
    }
  }

  /**
   * Appends.
   *
   * @throws {CliError} It cannot be written.
   */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) done += await this.#file?.write(bytes.subarray(done)) ?? 0;
    } catch (error) {
      throw cannotWrite(this.path, error);
    }
  }

  /**
   * Gives the file its name.
   *
   * @throws {CliError} Somebody else has made one of that name meanwhile, or it cannot be written.
   */
  async commit(): Promise<void> {
    await checkFree(this.path, this.#force);
    try {
      await this.#file?.sync();
      this.#file?.close();
      this.#file = null;
      await Deno.rename(this.#aside, this.path);
      await syncFolder(dirname(this.path));
    } catch (error) {
      throw cannotWrite(this.path, error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#file?.close();
    this.#file = null;
    await Deno.remove(this.#aside).catch(() => {}); // after a commit it has its name
  }
}

async function checkFree(path: string, force: boolean): Promise<void> {
  let found;
  try {
    found = await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw cannotWrite(path, error);
  }
  if (found.isDirectory) throw new CliError(`cannot write ${path}: it is a folder; name a file`);
  if (!force) {
    throw new CliError(`cannot write ${path}: it exists; use another name, or --force to replace it`);
  }
}

function cannotWrite(path: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const reason = error instanceof Deno.errors.NotFound
    ? `there is no folder ${dirname(path)}`
    : error instanceof Deno.errors.NotCapable
    ? "choose a file outside of /dev, /proc and /sys"
    : error.message;
  return new CliError(`cannot write ${path}: ${reason}`, { cause: error, exitCode: 1 });
}
