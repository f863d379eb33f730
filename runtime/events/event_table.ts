/**
 * Which columns the sites of one event have together. As driver/reader/event_table.c.
 *
 * @module
 */
import { ArgumentType } from "./argument_type.ts";
import type { EventSite } from "./parse_site.ts";
import { foldName } from "./unique_keys.ts";

/** Types of columns, with the codes of `rs_event_column_type` in driver/include/rs_reader.h. */
export const ColumnType = {
  /** One bit for each row, the lowest first. */
  bool: 1,
  i8: 2,
  u8: 3,
  i16: 4,
  u16: 5,
  i32: 6,
  u32: 7,
  i64: 8,
  /** Pointers too. */
  u64: 9,
  f32: 10,
  f64: 11,
  /** UTF-8: texts, single characters, and what has names. */
  text: 12,
  bytes: 13,
} as const;

/** A column of an event's table. */
export interface TableColumn {
  /** The key, or what tells this column from another one of the same key: `KEY_site_N`. */
  readonly name: string;
  /** Of the arguments that are in this column. */
  readonly key: string;
  /** See {@link ColumnType}. */
  readonly type: number;
}

/** A site and its number in the ring set, from 1. */
export interface NumberedSite {
  readonly number: number;
  readonly site: EventSite;
}

/** Most columns of one table; further arguments are in messages only. */
export const COLUMNS_MAX = 1024;

/** The type of column that arguments of a stored type are in. */
export function columnTypeOf(type: number): number {
  switch (type) {
    case ArgumentType.pointer:
      return ColumnType.u64;
    case ArgumentType.bytes:
      return ColumnType.bytes;
    default:
      return type <= ArgumentType.f64 ? type : ColumnType.text;
  }
}

/** The sites of one event and their columns, in the order in which they came. */
export class EventTable {
  /** As the first site spells it. */
  readonly name: string;
  readonly #columns: TableColumn[] = [];
  readonly #names = new Set<string>();
  readonly #byKey = new Map<string, number>();

  constructor(name: string) {
    this.name = name;
  }

  /** All columns so far. */
  get columns(): readonly TableColumn[] {
    return this.#columns;
  }

  /**
   * Takes a site in.
   *
   * @returns For each of its arguments the number of its column, or -1 where the table is full.
   */
  add({ number, site }: NumberedSite): number[] {
    return site.arguments.map(({ key, type }) => this.#columnFor(key, columnTypeOf(type), number));
  }

  #columnFor(key: string, type: number, site: number): number {
    const found = this.#byKey.get(`${type} ${foldName(key)}`);
    if (found !== undefined) return found;
    if (this.#columns.length === COLUMNS_MAX) return -1;
    let name = key;
    if (this.#names.has(foldName(name))) name = `${key}_site_${site}`;
    while (this.#names.has(foldName(name))) name += "_";
    this.#names.add(foldName(name));
    this.#byKey.set(`${type} ${foldName(key)}`, this.#columns.length);
    return this.#columns.push({ name, key, type }) - 1;
  }
}
