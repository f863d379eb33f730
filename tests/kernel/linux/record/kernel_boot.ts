/**
 * One boot that the tests of a file share: made when the first of them asks, and by none where this machine cannot boot a guest.
 *
 * @module
 */
import { join } from "@std/path";
import { findMissing } from "../harness/missing.ts";
import { type GuestOptions, type GuestRun, runInGuest } from "../harness/run_in_guest.ts";
import { buildGuestFiles, type GuestFiles } from "./guest_files.ts";
import { captureImage } from "./image_capture.ts";

/** The boot and what it left. */
export class KernelBoot {
  readonly #options: Omit<GuestOptions, "modules" | "files">;
  readonly #missing: readonly string[];
  readonly #captures = new Map<string, Promise<string>>();
  #run: Promise<GuestRun> | undefined;
  #files: Promise<GuestFiles> | undefined;
  /** A folder for what the tests make; removed at their end. */
  readonly dir: string;

  private constructor(options: Omit<GuestOptions, "modules" | "files">, missing: readonly string[]) {
    this.#options = options;
    this.#missing = missing;
    this.dir = Deno.makeTempDirSync({ prefix: "ringscope-kernel-" });
    globalThis.addEventListener("unload", () => Deno.removeSync(this.dir, { recursive: true }));
  }

  /** Nothing is built or booted yet. `options` are those of the guest beside our modules and programs. */
  static async plan(options: Omit<GuestOptions, "modules" | "files">): Promise<KernelBoot> {
    return new KernelBoot(options, await findMissing());
  }

  /** A test that is listed as not run, with the packages that it needs, where no guest can be booted. */
  test(name: string, body: () => Promise<void>): void {
    const why = this.#missing.length === 0 ? "" : ` (apt-get install ${this.#missing.join(" ")})`;
    Deno.test(`linux: ${name}${why}`, { ignore: this.#missing.length > 0 }, body);
  }

  /** What the guest is made of. */
  files(): Promise<GuestFiles> {
    return this.#files ??= buildGuestFiles();
  }

  /** How it went. */
  run(): Promise<GuestRun> {
    return this.#run ??= this.files().then(({ modules, files }) =>
      runInGuest({ ...this.#options, modules, files, withRuntime: false })
    );
  }

  /** Path of a file that the script left in /out. */
  async output(name: string): Promise<string> {
    return join((await this.run()).folder, "output", name);
  }

  /** The text of such a file. */
  async text(name: string): Promise<string> {
    return await Deno.readTextFile(await this.output(name));
  }

  /** Folder of the capture of `/out/NAME.img`, which is drained once. */
  capture(name: string): Promise<string> {
    const made = this.#captures.get(name) ??
      this.output(`${name}.img`).then((image) => captureImage(image, this.dir, name));
    this.#captures.set(name, made);
    return made;
  }
}
