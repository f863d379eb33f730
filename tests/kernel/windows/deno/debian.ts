/**
 * A Debian 13 in a folder of its own, for its Wine 10: the unmodified Deno for Windows does not run on Debian 12's Wine 8.
 *
 * Made once by debootstrap, in about three minutes, and kept in the build folder. Needs root, for chroot and for mounts in a name space of
 * their own, which end with the program that they were made for.
 * @module
 */
import { join } from "@std/path";
import { buildFolder } from "../../../../runtime/build/place.ts";
import { GuestError, runTool } from "../../linux/harness/guest_error.ts";
import { type FileRun, runIntoFiles } from "../harness/run_into_files.ts";

const MIRROR = "http://deb.debian.org/debian";
const RELEASE = "trixie";
const PACKAGES = ["wine", "wine64"];
const WINE = "/usr/lib/wine/wine64", SERVER = "/usr/lib/wine/wineserver64";
const PREFIX = "/windows";

/** What of this machine is seen where in Debian; not to be changed there. */
export type Shown = Readonly<Record<string, string>>;

/** The folder, with one Wine prefix. Disposing of it ends what runs in the prefix. */
export class DebianWine implements AsyncDisposable {
  readonly #root: string;
  readonly #shown: Shown;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(root: string, shown: Shown, env: Readonly<Record<string, string>>) {
    this.#root = root;
    this.#shown = shown;
    this.#env = env;
  }

  /**
   * Makes a fresh prefix whose drivers stay.
   *
   * @param root As {@link makeDebian} gives it.
   * @param shown Folders of this machine by the names that they get in Debian (`/project`), where Wine has them as `Z:\project`.
   * @param env Added to the environment of every program.
   * @throws {GuestError} Wine fails.
   */
  static async open(
    root: string,
    shown: Shown,
    env: Readonly<Record<string, string>>,
  ): Promise<DebianWine> {
    for (const at of Object.keys(shown)) await Deno.mkdir(join(root, at), { recursive: true });
    await Deno.remove(join(root, PREFIX), { recursive: true }).catch(() => {});
    await Deno.mkdir(join(root, PREFIX), { recursive: true });
    const debian = new DebianWine(root, shown, env);
    try {
      const made = await debian.#run([WINE, "wineboot", "-i"], 300);
      if (made.code !== 0) {
        throw new GuestError(`make a Wine prefix: wineboot ended with ${made.code}:\n${made.errors}`);
      }
      // The first session is busy with the prefix's own services; of the next one the server stays, or drivers end with the last program.
      await debian.#end();
      await debian.#run([SERVER, "-p"], 60);
      return debian;
    } catch (error) {
      await debian[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where a file of drive C stands on this machine. */
  path(name: string): string {
    return join(this.#root, PREFIX, "drive_c", name);
  }

  /** Runs a Windows program to its end, or for so many seconds. */
  run(program: string, args: readonly string[], seconds: number): Promise<FileRun> {
    return this.#run([WINE, program, ...args], seconds);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  async #end(): Promise<void> {
    await this.#run([SERVER, "-k"], 60);
    await this.#run([SERVER, "-w"], 60);
  }

  async #run(words: readonly string[], seconds: number): Promise<FileRun> {
    return await runIntoFiles([
      "unshare",
      "--mount",
      "--propagation",
      "private",
      "sh",
      "-c",
      this.#script(),
      "sh",
      ...words,
    ], {
      folder: join(this.#root, ".."),
      seconds,
      env: {
        PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
        HOME: "/tmp",
        LC_ALL: "C.UTF-8",
        WINEPREFIX: PREFIX,
        WINEDLLOVERRIDES: "mscoree,mshtml=",
        WINEDEBUG: "-all",
        ...this.#env,
      },
    });
  }

  /** Wine counts processors below /sys. */
  #script(): string {
    const mounts = [
      "mount -t proc proc proc",
      "mount --rbind /sys sys",
      "mount --rbind /dev dev",
      ...Object.entries(this.#shown).map(([at, from]) =>
        `mount --bind ${quote(from)} ${quote(`.${at}`)} && mount -o remount,bind,ro ${quote(`.${at}`)}`
      ),
    ];
    return `cd ${quote(this.#root)} && ${mounts.join(" && ")} && exec chroot . "$@"`;
  }
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * Makes the folder where it is missing, and gives it. The last thing that is made is the mark that it is whole.
 *
 * @throws {GuestError} This is not root, debootstrap is not installed, or it fails.
 */
export async function makeDebian(): Promise<string> {
  if (Deno.uid() !== 0) {
    throw new GuestError("run Deno for Windows: chroot and mounts take root; run it as root");
  }
  const root = join(buildFolder(), "windows-deno", RELEASE);
  const mark = join(root, "etc", "ringscope-is-whole");
  if (await Deno.stat(mark).then(() => true, () => false)) return root;
  await Deno.remove(root, { recursive: true }).catch(() => {});
  await Deno.mkdir(root, { recursive: true });
  const debootstrap = ["debootstrap", "--variant=minbase", RELEASE, root, MIRROR];
  await runTool(debootstrap, `make a Debian ${RELEASE}`, { package: "debootstrap" });
  const apt = (...words: string[]) =>
    runTool(
      ["env", "DEBIAN_FRONTEND=noninteractive", "chroot", root, "apt-get", ...words],
      "install Wine in it",
    );
  await apt("update");
  await apt("install", "-y", "--no-install-recommends", ...PACKAGES);
  await Deno.writeTextFile(mark, "");
  return root;
}
