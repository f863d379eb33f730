/**
 * Reads `events/sites.ndjson` as it grows.
 *
 * @module
 */
import { parseSiteLine, siteFilePath, type SiteLine } from "./site_lines.ts";

const NEWLINE = 10;

/** The lines of a capture's file, each once. */
export class SiteLinesReader {
  readonly #path: string;
  /** Behind the last whole line that was read. */
  #offset = 0;
  #lines = 0;

  /** Of a capture folder; there need be no file yet. */
  constructor(folder: string) {
    this.#path = siteFilePath(folder);
  }

  /**
   * The sites of the whole lines that have come since the last time. A line that is none is told to `onDamage` with its number.
   *
   * @throws {Deno.errors} The file is there and cannot be read.
   */
  async read(onDamage: (line: number) => void): Promise<SiteLine[]> {
    const text = await this.#readWhole();
    if (text === "") return [];
    return text.split("\n").flatMap((line) => {
      this.#lines++;
      const site = parseSiteLine(line);
      if (site !== null) return [site];
      onDamage(this.#lines);
      return [];
    });
  }

  /** What is new, without its last newline; what is behind it is being written, or torn. */
  async #readWhole(): Promise<string> {
    let file;
    try {
      file = await Deno.open(this.#path, { read: true });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    }
    using open = file;
    const { size } = await open.stat();
    if (size <= this.#offset) return "";
    await open.seek(this.#offset, Deno.SeekMode.Start);
    const bytes = new Uint8Array(size - this.#offset);
    let held = 0;
    while (held < bytes.length) {
      const count = await open.read(bytes.subarray(held));
      if (count === null) break;
      held += count;
    }
    const end = bytes.subarray(0, held).lastIndexOf(NEWLINE);
    if (end < 0) return "";
    this.#offset += end + 1;
    return new TextDecoder().decode(bytes.subarray(0, end));
  }
}
