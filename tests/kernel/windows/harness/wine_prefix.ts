/**
 * A Windows of one's own under Wine, for programs and for drivers, which Wine runs as programs.
 * @module
 */
import { delay } from "@std/async";
import { join } from "@std/path";
import { GuestError } from "../../linux/harness/guest_error.ts";
import { type FileRun, runIntoFiles } from "./run_into_files.ts";

/** Debian keeps both out of the PATH; `wine` there wants the 32-bit half too. */
const FOLDERS = ["/usr/lib/wine", "/usr/bin", "/usr/local/bin"];
const PACKAGE = "wine64";
/** Some fifteen programs start one after the other; where little of a processor is left for them, for minutes. */
const PREFIX_SECONDS = 300;
/** For Wine's server to end or begin. */
const SERVER_SECONDS = 120;
/** For a driver to start or stop: the service manager gives up after 10 s, and remembers it. */
const SERVICE_MS = 120_000;

/** In which the service manager has to answer once. */
const SESSIONS = 3;
/** Of removing a folder to which something that has just been ended may still be writing; a pause between them. */
const REMOVAL_TRIES = 3, REMOVAL_PAUSE_MS = 1000;

/** What a program left behind. */
export type WineRun = FileRun;

/** A fresh prefix with its server; gone when it is disposed of. */
export class WinePrefix implements AsyncDisposable {
  readonly #folder: string;
  readonly #wine: string;
  readonly #server: string;

  private constructor(folder: string, wine: string, server: string) {
    this.#folder = folder;
    this.#wine = wine;
    this.#server = server;
  }

  /**
   * Makes a prefix, in about 6 s.
   *
   * @throws {GuestError} Wine is not installed, or makes no prefix.
   */
  static async open(): Promise<WinePrefix> {
    const wine = await find("wine64"), server = await find("wineserver64", "wineserver");
    const prefix = new WinePrefix(await Deno.makeTempDir({ prefix: "ringscope-wine-" }), wine, server);
    try {
      const made = await prefix.#run(wine, ["wineboot", "-i"], PREFIX_SECONDS);
      if (made.code !== 0) {
        throw new GuestError(`make a Wine prefix: wineboot ended with ${made.code}:\n${made.errors}`);
      }
      await prefix.#setServiceTime();
      // The first session is busy with the prefix's own services.
      await prefix.restart();
      await prefix.#expectServices();
      return prefix;
    } catch (error) {
      await prefix[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Read by the service manager of the next session. */
  async #setServiceTime(): Promise<void> {
    const key = "HKLM\\SYSTEM\\CurrentControlSet\\Control";
    const value = ["/v", "ServicesPipeTimeout", "/t", "REG_SZ", "/d", String(SERVICE_MS)];
    const words = ["add", key, ...value, "/f"];
    const set = await this.run("windows\\system32\\reg.exe", words, PREFIX_SECONDS);
    if (set.code !== 0) {
      throw new GuestError(`give services time: reg ended with ${set.code}:\n${set.errors}${set.output}`);
    }
  }

  /** A session whose service manager does not answer is followed by another one. */
  async #expectServices(): Promise<void> {
    for (let sessions = 1;; sessions++) {
      const asked = await this.run("windows\\system32\\net.exe", ["start"], PREFIX_SECONDS);
      if (asked.code === 0) return;
      if (sessions === SESSIONS) {
        throw new GuestError(
          `ask Wine's services: net ended with ${asked.code}:\n${asked.errors}${asked.output}`,
        );
      }
      await this.restart();
    }
  }

  /** Where a file of this name on drive C stands. */
  path(name: string): string {
    return join(this.#folder, "drive_c", name);
  }

  /** Runs a program of drive C to its end, or for `seconds`. */
  async run(program: string, args: readonly string[], seconds: number): Promise<WineRun> {
    return await this.#run(this.#wine, [`C:\\${program}`, ...args], seconds);
  }

  /** Ends everything that runs in the prefix, drivers included, and begins another session. */
  async restart(): Promise<void> {
    await this.#end();
    // It stays, or drivers end with the last program.
    await this.#run(this.#server, ["-p"], SERVER_SECONDS);
  }

  async #end(): Promise<void> {
    await this.#run(this.#server, ["-k"], SERVER_SECONDS);
    await this.#run(this.#server, ["-w"], SERVER_SECONDS);
  }

  /** Ends everything that runs in the prefix and removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
    for (let tries = 1;; tries++) {
      try {
        return await Deno.remove(this.#folder, { recursive: true });
      } catch (error) {
        if (tries === REMOVAL_TRIES) throw error;
        await delay(REMOVAL_PAUSE_MS);
      }
    }
  }

  async #run(program: string, args: readonly string[], seconds: number): Promise<WineRun> {
    const env = {
      WINEPREFIX: this.#folder,
      WINEDLLOVERRIDES: "mscoree,mshtml=",
      WINEDEBUG: "-all",
      // Where Debian's server makes a folder for its socket that it never removes.
      TMPDIR: this.#folder,
    };
    return await runIntoFiles([program, ...args], { folder: this.#folder, env, seconds });
  }
}

async function find(...names: readonly string[]): Promise<string> {
  for (const name of names) {
    for (const folder of FOLDERS) {
      const path = join(folder, name);
      if (await Deno.stat(path).then((found) => found.isFile, () => false)) return path;
    }
  }
  throw new GuestError(
    `run a Windows driver: there is no ${names.join(" or ")} in ${FOLDERS.join(", ")}; ` +
      `install it (Debian: apt-get install --no-install-recommends ${PACKAGE} libwine)`,
  );
}
