/**
 * The rows of one capture that come from one small file of its folder: brought in again, as a whole, whenever the file has changed, by
 * statements that every engine understands.
 *
 * @module
 */
import { literal } from "./base_tables.ts";
import type { Engine } from "./engine.ts";

/** So many rows are inserted by one statement. */
const ROWS_AT_ONCE = 1000;

/** For each table the rows that a text holds: their values behind the capture's name, as SQL writes them. */
export type ReadRows = (text: string) => Readonly<Record<string, readonly string[]>>;

/** The rows of one capture. */
export class SmallFileRows {
  readonly #engine: Engine;
  readonly #name: string;
  readonly #path: string;
  readonly #read: ReadRows;
  #version = "";

  /** Of the capture that is called `name` in the tables. `read` names every table, of an empty text too. */
  constructor(engine: Engine, name: string, path: string, read: ReadRows) {
    this.#engine = engine;
    this.#name = name;
    this.#path = path;
    this.#read = read;
  }

  /** Loads the file if it has changed; of a capture without one there are no rows. */
  async load(): Promise<void> {
    const version = await versionOf(this.#path);
    if (version === this.#version) return;
    const capture = literal(this.#name);
    const tables = this.#read(version === "" ? "" : await Deno.readTextFile(this.#path));
    for (const [table, values] of Object.entries(tables)) {
      await this.#engine.run(`DELETE FROM ${table} WHERE capture = ${capture}`);
      for (let at = 0; at < values.length; at += ROWS_AT_ONCE) {
        const rows = values.slice(at, at + ROWS_AT_ONCE).map((row) => `(${capture}, ${row})`);
        await this.#engine.run(`INSERT INTO ${table} VALUES ${rows.join(", ")}`);
      }
    }
    this.#version = version;
  }
}

/** Changes with the file; empty where there is none. */
async function versionOf(path: string): Promise<string> {
  try {
    const { size, mtime, ino } = await Deno.stat(path);
    return `${ino} ${size} ${mtime?.getTime()}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
