/**
 * Writes `events/sites.ndjson` of a capture folder, as driver/reader/site_file.c; the form is told in runtime/capture/README.md.
 * @module
 */
import { dirname } from "@std/path";
import { KIND_EVENT, type WireBatch } from "../arrow/wire.ts";
import { formatSiteLine, siteFilePath } from "../events/site_lines.ts";
import { CaptureError } from "../errors.ts";
import type { LiveSites } from "./live_sites.ts";

/** The call sites of a capture that is being recorded. */
export class SiteFile implements Disposable {
  readonly #path: string;
  readonly #table: LiveSites;
  readonly #written = new Set<number>();
  /** Made with the first site: a capture without sites has none. */
  #file: Deno.FsFile | null = null;
  #bytes = 0;

  /** Of a capture in a folder that exists. */
  constructor(folder: string, table: LiveSites) {
    this.#path = siteFilePath(folder);
    this.#table = table;
  }

  /**
   * Appends the sites of a batch's events that were not met before.
   *
   * @throws {CaptureError} It can be tried again.
   */
  note(batch: Pick<WireBatch, "rows" | "class" | "type">): void {
    for (let row = 0; row < batch.rows; row++) {
      if ((batch.class[row]! & 3) === KIND_EVENT) this.#write(batch.type[row]!);
    }
  }

  /** Forces what was appended to the disk. */
  async sync(): Promise<void> {
    await this.#file?.syncData();
  }

  /**
   * Appends what else the table holds, and syncs.
   *
   * @throws {CaptureError} It can be tried again.
   */
  finish(): void {
    for (let number = 1; number <= this.#table.count; number++) this.#write(number);
    this.#attempt("sync", () => this.#file?.syncDataSync());
  }

  /** Closes the file as it is. */
  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = null;
  }

  #write(number: number): void {
    if (this.#written.has(number)) return;
    const descriptor = this.#table.copy(number);
    if (descriptor === null) return;
    const line = new TextEncoder().encode(formatSiteLine(number, descriptor));
    this.#attempt("append to", () => this.#append(line));
    this.#written.add(number);
  }

  #append(line: Uint8Array): void {
    if (this.#file === null) {
      Deno.mkdirSync(dirname(this.#path), { recursive: true });
      this.#file = Deno.openSync(this.#path, { write: true, createNew: true });
    }
    try {
      for (let done = 0; done < line.length;) done += this.#file.writeSync(line.subarray(done));
    } catch (error) {
      // Half a line would spoil the next one.
      this.#file.truncateSync(this.#bytes);
      this.#file.seekSync(this.#bytes, Deno.SeekMode.Start);
      throw error;
    }
    this.#bytes += line.length;
  }

  #attempt(what: string, run: () => void): void {
    try {
      run();
    } catch (cause) {
      const found = cause instanceof Error ? cause.message : String(cause);
      throw new CaptureError(`cannot ${what} ${this.#path}: ${found}`, { cause });
    }
  }
}
