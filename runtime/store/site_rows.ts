/**
 * The call sites of the captures of a store: one table over all of them. The file of a capture is only appended to, so what has come is added.
 *
 * @module
 */
import { type EventSite, parseSite } from "../events/parse_site.ts";
import { SiteLinesReader } from "../events/site_lines_reader.ts";
import { literal } from "./base_tables.ts";
import type { Engine } from "./engine.ts";

/** So many rows are inserted by one statement. */
const ROWS_AT_ONCE = 1000;

/** Makes the table, empty. */
export async function createSiteTable(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE TABLE _sites (capture VARCHAR, site UINTEGER, name VARCHAR, kind UTINYINT, role UTINYINT, file VARCHAR, line UINTEGER,
    function VARCHAR, severity UTINYINT, format VARCHAR)`,
  );
}

/** The sites of one capture. */
export class SiteRows {
  readonly #engine: Engine;
  readonly #name: string;
  readonly #lines: SiteLinesReader;
  readonly #known = new Set<number>();

  /** Of the capture in `folder`, which is called `name` in the table. */
  constructor(engine: Engine, name: string, folder: string) {
    this.#engine = engine;
    this.#name = name;
    this.#lines = new SiteLinesReader(folder);
  }

  /** Adds what has come since the last time. What is wrong with the file is told by who reads the entries. */
  async load(): Promise<void> {
    const rows: string[] = [];
    for (const { site, descriptor } of await this.#lines.read(() => {})) {
      if (this.#known.has(site) || site > 0xffff_ffff) continue;
      this.#known.add(site);
      rows.push(`(${literal(this.#name)}, ${site}, ${valuesOf(descriptor)})`);
    }
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
      await this.#engine.run(`INSERT INTO _sites VALUES ${rows.slice(at, at + ROWS_AT_ONCE).join(", ")}`);
    }
  }
}

function valuesOf(descriptor: Uint8Array): string {
  let parsed: EventSite;
  try {
    parsed = parseSite(descriptor);
  } catch (error) {
    if (error instanceof SyntaxError) return new Array(8).fill("NULL").join(", ");
    throw error;
  }
  const { name, kind, role, file, line, severity, format, function: functionName } = parsed;
  return [
    literal(name),
    kind,
    role,
    literal(file),
    line,
    literal(functionName),
    severity === 0 ? "NULL" : severity,
    literal(format),
  ].join(", ");
}
