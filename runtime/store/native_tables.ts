/**
 * The store's tables in native DuckDB: views over Parquet files in the form of sealed segments.
 *
 * @module
 */
import { KINDS } from "../arrow/record_batch.ts";
import type { SealedTable } from "../seal/columns.ts";
import { createEmptyView, literal, type TableKind } from "./base_tables.ts";
import type { Engine } from "./engine.ts";
import { NativeEventFiles } from "./native_event_files.ts";
import { ENTRY_COLUMNS, GAP_COLUMNS, LATER_COUNTERS, SNAPSHOT_COLUMNS } from "./table_rows.ts";

interface View {
  readonly name: string;
  readonly columns: readonly string[];
}

const quoted = ({ name }: { name: string }) => `"${name}"`;

const VIEWS: Readonly<Record<SealedTable, View>> = {
  logs: {
    name: "_entries",
    columns: ENTRY_COLUMNS.flatMap((column) => {
      if (column.name === "message") return ["event", "message"];
      // Sealed, it is one column of small numbers; computed, two of large ones have to be read.
      if (column.name === "read_ts") return ["read_ts", "latency_ns"];
      if (column.name !== "kind") return [quoted(column)];
      return [`(list_position([${KINDS.map(literal).join(", ")}], kind) - 1)::UTINYINT AS kind`];
    }),
  },
  gaps: { name: "_gaps", columns: GAP_COLUMNS.map(quoted) },
  rings: { name: "_snapshots", columns: SNAPSHOT_COLUMNS.map(quoted) },
};

const KIND_OF: Readonly<Record<SealedTable, TableKind>> = {
  logs: "entries",
  gaps: "gaps",
  rings: "snapshots",
};

/** The files of a store's captures, and the views over them. */
export class NativeTables {
  readonly #engine: Engine;
  readonly #captures: readonly string[];
  readonly #condition: string | null;
  /** Of each table the files of each capture, in the order of its segments. */
  readonly #files: Readonly<Record<SealedTable, readonly string[][]>>;
  readonly #changed = new Set<SealedTable>();
  /** The files of typed events. */
  readonly events: NativeEventFiles;

  /** Of captures with these names; entries are shown where `condition` holds. */
  constructor(engine: Engine, captures: readonly string[], condition: string | null) {
    this.#engine = engine;
    this.#captures = captures;
    this.#condition = condition;
    this.events = new NativeEventFiles(engine, captures, condition);
    const none = () => captures.map((): string[] => []);
    this.#files = { logs: none(), gaps: none(), rings: none() };
  }

  /** Adds a file behind those of its table that a capture has. */
  add(capture: number, table: SealedTable, path: string): void {
    this.#files[table][capture]!.push(path);
    this.#changed.add(table);
  }

  /** Takes all files of a capture away. */
  clear(capture: number): void {
    this.events.clear(capture);
    for (const table of Object.keys(this.#files) as SealedTable[]) {
      const files = this.#files[table][capture]!;
      if (files.splice(0).length > 0) this.#changed.add(table);
    }
  }

  /** Makes the views anew whose files have changed. */
  async show(): Promise<void> {
    for (const table of this.#changed) await this.#createView(table);
    this.#changed.clear();
  }

  /**
   * One scan over all files in order. Captures side by side in a UNION ALL would run beside each other, and native DuckDB 1.5.5
   * crashes where a window without an order of its own stands over them: they share what it remembers.
   */
  async #createView(table: SealedTable): Promise<void> {
    const { name, columns } = VIEWS[table];
    const places = this.#files[table].flatMap((paths, capture) =>
      paths.map((path) => ({ path: literal(path), capture: literal(this.#captures[capture]!) }))
    );
    if (places.length === 0) return await createEmptyView(this.#engine, KIND_OF[table]);
    const capture = this.#captures.length === 1
      ? places[0]!.capture
      : `[${places.map(({ capture }) => capture).join(", ")}][file_index::BIGINT + 1]`;
    const condition = table === "logs" && this.#condition !== null ? ` WHERE ${this.#condition}` : "";
    await this.#engine.run(
      `CREATE OR REPLACE VIEW ${name} AS SELECT ${capture} AS capture, ${await this.#readColumns(
        table,
        columns,
        places.map(({ path }) => path),
      )}${condition}`,
    );
  }

  /** Columns and the files that they are read from. Counters of earlier versions are fewer: 0 stands for what is not there. */
  async #readColumns(
    table: SealedTable,
    columns: readonly string[],
    paths: readonly string[],
  ): Promise<string> {
    const files = `[${paths.join(", ")}]`;
    if (table !== "rings") return `${columns.join(", ")} FROM read_parquet(${files})`;
    const { rows } = await this.#engine.query(
      `SELECT name, count(*) FROM parquet_schema(${files}) WHERE name IN (${
        LATER_COUNTERS.map(literal).join(", ")
      }) GROUP BY name`,
    );
    const found = new Map(rows.map(([name, count]) => [`"${name}"`, Number(count)]));
    const later = LATER_COUNTERS.map((name) => quoted({ name }));
    const selected = columns.map((column) => {
      if (!later.includes(column)) return column;
      return `${found.has(column) ? `coalesce(${column}, 0)` : "0"}::UBIGINT AS ${column}`;
    });
    const isMixed = [...found.values()].some((count) => count < paths.length);
    return `${selected.join(", ")} FROM read_parquet(${files}${isMixed ? ", union_by_name = true" : ""})`;
  }
}
