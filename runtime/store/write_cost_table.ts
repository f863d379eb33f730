/**
 * What writes cost in the captures of a store: one table over all of them. What is known of one capture is brought in again whenever its
 * file has changed.
 *
 * @module
 */
import { parseWriteCost, writeCostFile } from "../capture/write_cost.ts";
import { literal } from "./base_tables.ts";
import type { Engine } from "./engine.ts";
import { fileVersion } from "./file_version.ts";

/** Makes the table, empty. */
export async function createWriteCostTable(engine: Engine): Promise<void> {
  await engine.run(
    "CREATE TABLE _write_cost (capture VARCHAR, processor USMALLINT, bucket UTINYINT, writes UBIGINT)",
  );
}

/** The rows of one capture. */
export class WriteCostRows {
  readonly #engine: Engine;
  readonly #name: string;
  readonly #path: string;
  #version = "";

  /** Of the capture in `folder`, which is called `name` in the table. */
  constructor(engine: Engine, name: string, folder: string) {
    this.#engine = engine;
    this.#name = name;
    this.#path = writeCostFile(folder);
  }

  /** Loads the file if it has changed. Of a capture without one, or with a damaged one, there are no rows. */
  async load(): Promise<void> {
    const version = await fileVersion(this.#path);
    if (version === this.#version) return;
    const capture = literal(this.#name);
    const rows = version === "" ? [] : parse(await Deno.readTextFile(this.#path));
    await this.#engine.run(`DELETE FROM _write_cost WHERE capture = ${capture}`);
    if (rows.length > 0) {
      await this.#engine.run(
        `INSERT INTO _write_cost VALUES ${
          rows.map(({ processor, bucket, writes }) => `(${capture}, ${processor}, ${bucket}, ${writes})`)
            .join(", ")
        }`,
      );
    }
    this.#version = version;
  }
}

function parse(text: string): ReturnType<typeof parseWriteCost> {
  try {
    return parseWriteCost(text);
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
