/**
 * The rows of typed events in native DuckDB: Parquet files in the form of sealed ones, by event and capture.
 *
 * @module
 */
import { EVENT_BASE_COLUMNS } from "../events/event_rows.ts";
import { foldName } from "../events/unique_keys.ts";
import { literal } from "./base_tables.ts";
import type { Engine } from "./engine.ts";
import { quoteName } from "./event_types.ts";
import { type EventPart, type EventUnion, UNION } from "./event_views.ts";

interface EventFiles {
  /** As it was spelled first. */
  readonly event: string;
  /** Of each capture, in the order of its segments. */
  readonly files: readonly string[][];
  /** What the files have together, once that was asked for. */
  parts: EventPart[] | null;
}

/** The files of a store's events. */
export class NativeEventFiles {
  readonly #engine: Engine;
  readonly #captures: readonly string[];
  readonly #condition: string | null;
  /** By folded name. */
  readonly #events = new Map<string, EventFiles>();

  /** Of captures with these names; rows are shown where `condition` holds. */
  constructor(engine: Engine, captures: readonly string[], condition: string | null) {
    this.#engine = engine;
    this.#captures = captures;
    this.#condition = condition;
  }

  /** Names of the events of which there are files. */
  get names(): string[] {
    return [...this.#events.values()].filter(({ files }) => files.some((of) => of.length > 0))
      .map(({ event }) => event);
  }

  /** Adds a file behind those of an event that a capture has. */
  add(capture: number, event: string, path: string): void {
    const found = this.#events.get(foldName(event)) ??
      { event, files: this.#captures.map((): string[] => []), parts: null };
    found.files[capture]!.push(path);
    found.parts = null;
    this.#events.set(foldName(event), found);
  }

  /** Takes all files of a capture away. */
  clear(capture: number): void {
    for (const event of this.#events.values()) {
      event.files[capture]!.splice(0);
      event.parts = null;
    }
  }

  /**
   * Where the rows of an event are. One scan over the files of all captures, unless a column of one is called otherwise in the view
   * than in the files, as two that cannot be one are: then what the captures have is brought together in a table. Scans side by
   * side may not be, see native_tables.ts.
   */
  async partsOf(name: string, union: EventUnion): Promise<EventPart[]> {
    const event = this.#events.get(name);
    if (event === undefined) return [];
    return event.parts ??= await this.#findParts(name, event, union);
  }

  async #findParts(name: string, { files }: EventFiles, union: EventUnion): Promise<EventPart[]> {
    const parts: EventPart[] = [];
    for (const [capture, paths] of files.entries()) {
      if (paths.length > 0) parts.push(await this.#scan(capture, paths));
    }
    if (parts.length < 2) return parts;
    const isSame = parts.every(({ capture, columns }) =>
      columns.every((column) => union.nameOf(capture, column) === column.name)
    );
    return [isSame ? this.#merge(parts, files) : await this.#gather(name, parts, union)];
  }

  async #scan(capture: number, paths: readonly string[]): Promise<EventPart> {
    const from = readParquet(paths);
    const { rows } = await this.#engine.query(`DESCRIBE SELECT * FROM ${from}`);
    const columns = rows.map(([name, sqlType]) => ({ name: String(name), sqlType: String(sqlType) }));
    return {
      capture,
      from,
      condition: this.#condition,
      columns: columns.filter(({ name }) => !EVENT_BASE_COLUMNS.some((base) => base.name === name)),
    };
  }

  #merge(parts: readonly EventPart[], files: readonly (readonly string[])[]): EventPart {
    const captures = files.flatMap((paths, capture) => paths.map(() => literal(this.#captures[capture]!)));
    const columns = new Map(parts.flatMap(({ columns }) => columns.map((column) => [column.name, column])));
    return {
      ...parts[0]!,
      captureSql: `[${captures.join(", ")}][file_index::BIGINT + 1]`,
      from: readParquet(files.flat()),
      columns: [...columns.values()],
    };
  }

  async #gather(name: string, parts: readonly EventPart[], union: EventUnion): Promise<EventPart> {
    const table = `_event_${[...this.#events.keys()].indexOf(name)}`;
    const base = EVENT_BASE_COLUMNS.map((column) => column.name);
    const named = parts.map(({ capture, columns }) =>
      columns.flatMap((column) => {
        const wanted = union.nameOf(capture, column);
        return wanted === null ? [] : [{ column, wanted }];
      })
    );
    const selects = parts.map(({ capture, from }, at) => {
      const columns = named[at]!.map(({ column, wanted }) =>
        `${quoteName(column.name)} AS ${quoteName(wanted)}`
      );
      return `SELECT ${literal(this.#captures[capture]!)} AS capture, ${
        [...base, ...columns].join(", ")
      } FROM ${from}`;
    });
    await this.#engine.run(
      `CREATE OR REPLACE TABLE ${table} AS ${selects.join(" UNION ALL BY NAME ")}`,
    );
    const columns = named.flat().map(({ column, wanted }) => [wanted, column.sqlType] as const);
    return {
      capture: UNION,
      captureSql: "capture",
      from: table,
      condition: this.#condition,
      columns: Array.from(new Map(columns), ([name, sqlType]) => ({ name, sqlType })),
    };
  }
}

function readParquet(paths: readonly string[]): string {
  return `read_parquet([${paths.map(literal).join(", ")}], union_by_name = true)`;
}
