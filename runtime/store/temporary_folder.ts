/**
 * A folder for what a store brings over or has no memory for. It goes with the store, or with the program.
 *
 * @module
 */

/** A folder that goes when it is disposed of, at the latest when the program ends in order. */
export class TemporaryFolder implements Disposable {
  readonly path: string;
  readonly #atEnd = () => this[Symbol.dispose]();

  private constructor(path: string) {
    this.path = path;
    globalThis.addEventListener("unload", this.#atEnd);
  }

  /** Makes one; null where this program may not write. */
  static make(): TemporaryFolder | null {
    try {
      return new TemporaryFolder(Deno.makeTempDirSync({ prefix: "ringscope-" }));
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) return null;
      throw error;
    }
  }

  [Symbol.dispose](): void {
    globalThis.removeEventListener("unload", this.#atEnd);
    try {
      Deno.removeSync(this.path, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
