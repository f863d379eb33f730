/**
 * Records of named fields, as NDJSON and CSV have them: which field is what, and what becomes of the others.
 *
 * @module
 */
import { decodeHex } from "@std/encoding";
import { FLAG_INVALID_UTF8, FLAG_TRUNCATED, KIND_TEXT } from "../arrow/wire.ts";
import { KINDS } from "../arrow/record_batch.ts";
import { LEVELS } from "../log_entry.ts";
import {
  COLUMN_ROLES,
  type ColumnRole,
  type ImportedEntry,
  type Parsed,
  type ParserSettings,
} from "./imported_entry.ts";
import { severityNamed } from "./severity_names.ts";
import { parseTime } from "./time_text.ts";

/** The names that other programs give to columns, in lower case; the first that a record has counts. */
const NAMES: Readonly<Record<ColumnRole, readonly string[]>> = {
  ts: ["ts", "time", "timestamp", "@timestamp", "datetime", "date", "asctime", "__realtime_timestamp"],
  level: ["level", "severity", "lvl", "levelname", "loglevel", "log.level", "priority"],
  message: ["message", "msg", "text"],
  pid: ["pid", "process_id", "_pid"],
  tid: ["tid", "thread_id", "threadid"],
  processor: ["processor", "cpu", "cpu_id", "core"],
};
/** Columns that only Ringscope's own exports have all of. */
const OWN = ["idx", "ts", "processor", "seq", "severity", "kind", "flags"];
const U32_MAX = 0xffff_ffff;
const U64_END = 1n << 64n;
/** The last one is kept for lines that could not be read. */
const PROCESSOR_MAX = 0xfffe;
const TRAILER_BYTES = 4;
const SHAPES_MAX = 1000;

/** Which field plays which role; null where none does. */
type Roles = Readonly<Record<ColumnRole, string | null>>;

/** A field's value: CSV has texts alone, in JSON a value may be of any form. */
export type Field = readonly [name: string, value: unknown];

/** Reads records of named fields. Most records of a log have the same names, which are then looked through once. */
export class FieldReader {
  readonly #settings: ParserSettings;
  readonly #shapes = new Map<string, { isOwn: boolean; roles: Roles }>();

  constructor(settings: ParserSettings) {
    this.#settings = settings;
  }

  /** Takes a record for what its fields say. */
  parse(fields: readonly Field[]): Parsed {
    const { isOwn, roles } = this.#shapeOf(fields.map(([name]) => name));
    return isOwn ? parseOwn(new Map(fields), this.#settings) : parseForeign(fields, roles, this.#settings);
  }

  #shapeOf(names: readonly string[]): { isOwn: boolean; roles: Roles } {
    const key = names.join("\0");
    const known = this.#shapes.get(key);
    if (known !== undefined) return known;
    const { columns } = this.#settings;
    const roles = Object.fromEntries(
      COLUMN_ROLES.map((role) => [role, findField(role, names, columns)]),
    ) as Roles;
    const shape = { isOwn: columns.size === 0 && OWN.every((name) => names.includes(name)), roles };
    // A log whose every record has other names shall not fill the memory.
    if (this.#shapes.size >= SHAPES_MAX) this.#shapes.clear();
    this.#shapes.set(key, shape);
    return shape;
  }
}

/** Whether names could be the first line of a CSV: one of them is a time's. */
export function hasTimeColumn(
  names: readonly string[],
  { columns }: Pick<ParserSettings, "columns">,
): boolean {
  return findField("ts", names, columns) !== null;
}

/** The field that plays a role; null where none does. */
function findField(
  role: ColumnRole,
  names: readonly string[],
  columns: ReadonlyMap<ColumnRole, string>,
): string | null {
  const chosen = columns.get(role);
  if (chosen !== undefined) return names.includes(chosen) ? chosen : null;
  for (const usual of NAMES[role]) {
    const found = names.find((name) => name.toLowerCase() === usual);
    if (found !== undefined) return found;
  }
  return null;
}

function parseForeign(fields: readonly Field[], roles: Roles, { clock, columns }: ParserSettings): Parsed {
  const given = new Map(fields);
  const taken = new Set<string>();
  /** What `read` makes of the field; a field of which it makes nothing stays one of the others. */
  const take = <T>(role: ColumnRole, read: (text: string) => T | null): T | undefined => {
    const name = roles[role];
    const text = name === null ? null : toText(given.get(name));
    const value = name === null || text === null ? null : read(text);
    if (name === null || value === null) return undefined;
    taken.add(name);
    return value;
  };
  const time = roles.ts;
  if (time === null) {
    return `it has no column ${columns.get("ts") ?? "of times: --column ts=NAME says which it is"}`;
  }
  const ts = take("ts", (text) => parseTime(text, clock));
  if (ts === undefined) return `"${toText(given.get(time)) ?? ""}" is no time`;
  const message = take("message", (text) => text) ?? "";
  const facts = {
    severity: take("level", severityNamed),
    pid: take("pid", (text) => toNumber(text, U32_MAX)),
    tid: take("tid", (text) => toNumber(text, U32_MAX)),
    processor: take("processor", (text) => toNumber(text, PROCESSOR_MAX)),
  };
  // Nothing of a record is dropped: what has no column of its own stands behind the message.
  const others = fields.filter(([name, value]) => !taken.has(name) && value !== null && value !== "")
    .map(([name, value]) => `${name}=${spell(value)}`);
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return {
    ts,
    payload: [message, ...others].filter((part) => part !== "").join(" "),
    ...Object.fromEntries(known),
  };
}

/** An entry as `export` writes it. */
function parseOwn(given: ReadonlyMap<string, unknown>, { clock }: ParserSettings): Parsed {
  const text = (name: string) => toText(given.get(name));
  const integer = (name: string): bigint | null => {
    const value = text(name);
    const integer = value !== null && /^\d{1,20}$/.test(value) ? BigInt(value) : U64_END;
    return integer < U64_END ? integer : null;
  };
  const number = (name: string, max: number) => toNumber(text(name) ?? "", max);
  const ts = parseTime(text("ts") ?? "", clock);
  if (ts === null) return `"${text("ts") ?? ""}" is no time`;
  const idx = integer("idx"), seq = integer("seq");
  const processor = number("processor", 0xffff), flags = number("flags", 0xff);
  const severity = number("severity", LEVELS.length);
  const kind = KINDS.findIndex((name) => name === text("kind"));
  if (idx === null || seq === null || processor === null || flags === null || !severity || kind < 0) {
    return "it has a value that no entry has in idx, seq, processor, severity, kind or flags";
  }
  const payload = payloadOf(kind, flags, text("message"), text("data"));
  if (payload === null) return "its data are no hexadecimal digits";
  const readTs = parseTime(text("read_ts") ?? "", clock);
  return {
    ts,
    payload,
    idx,
    seq,
    processor,
    severity,
    kind,
    flags,
    type: number("type", U32_MAX) ?? 0,
    remarks: number("remarks", U32_MAX) ?? 0,
    pid: number("pid", U32_MAX) ?? 0,
    tid: number("tid", U32_MAX) ?? 0,
    ...(readTs !== null && { readTs }),
  };
}

/** The bytes of an entry as it was stored. Of a text that was cut the original length was not exported: its own stands for it. */
function payloadOf(
  kind: number,
  flags: number,
  message: string | null,
  data: string | null,
): ImportedEntry["payload"] | null {
  if (kind !== KIND_TEXT || (flags & FLAG_INVALID_UTF8) !== 0) {
    try {
      return decodeHex(data ?? "");
    } catch {
      return null;
    }
  }
  if ((flags & FLAG_TRUNCATED) === 0) return message ?? "";
  const text = new TextEncoder().encode(message ?? "");
  const bytes = new Uint8Array(text.length + TRAILER_BYTES);
  bytes.set(text);
  new DataView(bytes.buffer).setUint32(text.length, text.length, true);
  return bytes;
}

function toNumber(text: string, max: number): number | null {
  return /^\d{1,10}$/.test(text) && Number(text) <= max ? Number(text) : null;
}

function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value, plain) : String(value);
}

function spell(value: unknown): string {
  const text = toText(value) ?? "";
  return typeof value === "object" || /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}

/** JSON has no bigint of its own. */
function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
