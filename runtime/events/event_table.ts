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
  /** Whether it holds the names of numbers that stand in the column of the same key: it is called `KEY_name`. */
  readonly isName: boolean;
  /** The first site that has it. */
  readonly site: number;
}

/** The numbers of the columns that an argument is in; -1: none. */
export interface ArgumentColumns {
  readonly value: number;
  /** For the names of numbers. */
  readonly name: number;
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
    case ArgumentType.enum:
      return ColumnType.i64;
    case ArgumentType.errno:
      return ColumnType.i32;
    case ArgumentType.ntstatus:
    case ArgumentType.hresult:
      return ColumnType.u32;
    default:
      return type <= ArgumentType.f64 ? type : ColumnType.text;
  }
}

/** Whether some values of this type have names. */
export function hasNames(type: number): boolean {
  return type >= ArgumentType.enum && type <= ArgumentType.hresult;
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
   * @returns Where each of its arguments is; nowhere where the table is full.
   */
  add({ number, site }: NumberedSite): ArgumentColumns[] {
    return site.arguments.map(({ key, type }) => ({
      value: this.columnFor({ key, type: columnTypeOf(type), isName: false, site: number }),
      name: hasNames(type) ? this.columnFor({ key, type: ColumnType.text, isName: true, site: number }) : -1,
    }));
  }

  /** The number of the column of this key, type and use, made where there is none; -1 where the table is full. */
  columnFor(wanted: Omit<TableColumn, "name">): number {
    const { key, type, isName, site } = wanted;
    const identity = `${type} ${isName} ${foldName(key)}`;
    const found = this.#byKey.get(identity);
    if (found !== undefined) return found;
    if (this.#columns.length === COLUMNS_MAX) return -1;
    let name = isName ? `${key}_name` : key;
    if (this.#names.has(foldName(name))) name += `_site_${site}`;
    while (this.#names.has(foldName(name))) name += "_";
    this.#names.add(foldName(name));
    this.#byKey.set(identity, this.#columns.length);
    return this.#columns.push({ ...wanted, name }) - 1;
  }
}
