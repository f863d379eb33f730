/**
 * The views `event_NAME`: one for each typed event over the captures of a store, the union of what their sites have by name and type.
 * Both engines make them here, over what each of them holds.
 *
 * @module
 */
import type { CaptureEvent } from "../events/capture_events.ts";
import { EventTable, type TableColumn } from "../events/event_table.ts";
import { foldName } from "../events/unique_keys.ts";
import { literal } from "./base_tables.ts";
import type { Engine } from "./engine.ts";
import { commentEvent } from "./event_comments.ts";
import { codeOfSqlType, quoteName, sqlTypeOfCode } from "./event_types.ts";

/** Some rows of an event, all of one capture or with the columns of one. */
export interface EventPart {
  /** Number of the capture, whose sites say what the columns are; {@link UNION} where they are called as in the view. */
  readonly capture: number;
  /** An expression for the capture's name; default: that of `capture`. */
  readonly captureSql?: string;
  /** What follows FROM. */
  readonly from: string;
  /** What follows WHERE; null: all rows. */
  readonly condition: string | null;
  /** Behind those that every event has. */
  readonly columns: readonly { readonly name: string; readonly sqlType: string }[];
}

/** What a store knows of the events in its captures now. */
export interface EventHolder {
  /** Of each capture, by folded name. */
  readonly events: readonly ReadonlyMap<string, CaptureEvent>[];
  /** Names of events of which there are rows although no site is known. */
  readonly strangers: readonly string[];
  /** Where rows of an event are. `isSame`: whether a column of a capture is called in the view as it is there. */
  partsOf(name: string, union: EventUnion): Promise<readonly EventPart[]>;
}

/** One event over all captures. */
export class EventUnion {
  readonly #table: EventTable;
  readonly #captures: readonly (CaptureEvent | undefined)[];

  /** Of the captures' events of one name, in their order. */
  constructor(name: string, captures: readonly (CaptureEvent | undefined)[]) {
    this.#captures = captures;
    this.#table = new EventTable(captures.find((event) => event !== undefined)?.table.name ?? name);
    for (const event of captures) {
      for (const column of event?.table.columns ?? []) this.#table.columnFor(column);
    }
  }

  /** As the first site spells it. */
  get name(): string {
    return this.#table.name;
  }

  /** All arguments. */
  get columns(): readonly TableColumn[] {
    return this.#table.columns;
  }

  /** Of each capture that has such an event. */
  get captures(): readonly (CaptureEvent | undefined)[] {
    return this.#captures;
  }

  /** What a column of a capture is called here; made where no site has it. Null: there is no room for it. */
  nameOf(capture: number, { name, sqlType }: EventPart["columns"][number]): string | null {
    if (capture === UNION) return name;
    const known = this.#captures[capture]?.table.columns.find((column) => column.name === name);
    const wanted = known ?? { key: name, type: codeOfSqlType(sqlType), isName: false, site: 0 };
    return this.#table.columns[this.#table.columnFor(wanted)]?.name ?? null;
  }
}

/** Instead of a capture's number. */
export const UNION = -1;

const BASE = "idx, ts, processor, severity, level_name(severity) AS level, pid, tid, site";

/** The views of one store. */
export class EventViews {
  readonly #engine: Engine;
  readonly #names: readonly string[];
  readonly #holder: EventHolder;
  /** What each view is made by, so that only those are made anew that change. */
  readonly #shown = new Map<string, string>();

  /** @param names Of the captures. */
  constructor(engine: Engine, names: readonly string[], holder: EventHolder) {
    this.#engine = engine;
    this.#names = names;
    this.#holder = holder;
  }

  /** Makes what has changed since the last time. Without events there is nothing to do. */
  async show(): Promise<void> {
    const { events, strangers } = this.#holder;
    const folded = new Set([...events.flatMap((of) => [...of.keys()]), ...strangers.map(foldName)]);
    for (const name of folded) {
      const union = new EventUnion(name, events.map((of) => of.get(name)));
      const parts = await this.#holder.partsOf(name, union);
      await this.#create(name, union, parts);
    }
  }

  async #create(folded: string, union: EventUnion, parts: readonly EventPart[]): Promise<void> {
    // Before the columns are listed: it may add some.
    const renamed = parts.map((part) =>
      new Map(part.columns.map((column) => [union.nameOf(part.capture, column), column.name]))
    );
    const selects = parts.map((part, at) => this.#select(union, part, renamed[at]!));
    const view = quoteName(`event_${union.name}`);
    const body = selects.length > 0 ? selects.join(" UNION ALL ") : this.#nothing(union);
    const statements = `CREATE OR REPLACE VIEW ${view} AS ${body};\n${commentEvent(view, union)}`;
    if (this.#shown.get(folded) === statements) return;
    await this.#engine.run(statements);
    this.#shown.set(folded, statements);
  }

  #select(union: EventUnion, part: EventPart, renamed: ReadonlyMap<string | null, string>): string {
    const capture = part.captureSql ?? literal(this.#names[part.capture]!);
    const columns = union.columns.map(({ name, type }) => {
      const found = renamed.get(name);
      return `${found === undefined ? "NULL" : quoteName(found)}::${sqlTypeOfCode(type)} AS ${
        quoteName(name)
      }`;
    });
    const where = part.condition === null ? "" : ` WHERE ${part.condition}`;
    return `SELECT ${[`${capture} AS capture`, BASE, ...columns].join(", ")} FROM ${part.from}${where}`;
  }

  #nothing(union: EventUnion): string {
    const base = [
      "''::VARCHAR AS capture, 0::UBIGINT AS idx, make_timestamp_ns(0) AS ts, 0::USMALLINT AS processor",
      "0::UTINYINT AS severity, ''::VARCHAR AS level, 0::UINTEGER AS pid, 0::UINTEGER AS tid, 0::UINTEGER AS site",
    ];
    const columns = union.columns.map(({ name, type }) =>
      `NULL::${sqlTypeOfCode(type)} AS ${quoteName(name)}`
    );
    return `SELECT ${[...base, ...columns].join(", ")} WHERE false`;
  }
}
