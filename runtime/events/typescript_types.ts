/**
 * TypeScript types for the rows of event tables, so that a script over captures is checked against what the driver logs.
 *
 * @module
 */
import { ArgumentType } from "./argument_type.ts";
import { ColumnType, EventTable, type NumberedSite, type TableColumn } from "./event_table.ts";
import type { EventArgument, EventSite } from "./parse_site.ts";
import { foldName } from "./unique_keys.ts";

const KIND_EVENT = 2;
const HEADER =
  `// Written by \`ringscope types\` from the call sites of a capture. Write it again when the driver changes.

/** What every row of an event has. Columns of events are null where a payload was damaged, too: its message says \`<damaged: …>\`. */
export interface EventRow {
  /** Place in the total order over all processors. */
  readonly idx: bigint;
  /** When it was written: unix time in ns. */
  readonly ts: bigint;
  readonly processor: number;
  /** 1 trace, 2 debug, 3 info, 4 warn, 5 error, 6 fatal. */
  readonly severity: number;
  /** The name of the severity. */
  readonly level: string;
  readonly pid: number;
  readonly tid: number;
  /** Number of the call site in its capture. */
  readonly site: number;
}
`;

/** An argument of a site. */
interface Source {
  readonly site: NumberedSite;
  readonly argument: EventArgument;
}

/** One event: its table, its sites, and whose arguments are in each column. */
interface EventGroup {
  readonly table: EventTable;
  readonly sites: NumberedSite[];
  readonly sources: Source[][];
}

/**
 * Writes one interface for each event, and `EventTables`, which has them by the event's name.
 *
 * @param sites In the order of their numbers; others than events are left out.
 * @returns A module of TypeScript that stands alone.
 */
export function writeEventTypes(sites: Iterable<NumberedSite>): string {
  const groups = groupSites(sites);
  const taken = new Set(["EventRow", "EventTables"]);
  const named = groups.map((group) => ({ group, name: interfaceName(group.table.name, taken) }));
  const tables = named.map(({ group, name }) => `  readonly ${group.table.name}: ${name};\n`).join("");
  return [
    HEADER,
    ...named.map(({ group, name }) => writeInterface(group, name)),
    `/** Rows by event: those of the table \`event_NAME\`. */\nexport interface EventTables {\n${tables}}\n`,
  ].join("\n");
}

function groupSites(sites: Iterable<NumberedSite>): EventGroup[] {
  const groups = new Map<string, EventGroup>();
  for (const numbered of sites) {
    const { site } = numbered;
    if (site.kind !== KIND_EVENT) continue;
    const key = foldName(site.name);
    const group = groups.get(key) ?? { table: new EventTable(site.name), sites: [], sources: [] };
    groups.set(key, group);
    group.sites.push(numbered);
    for (const [at, columns] of group.table.add(numbered).entries()) {
      const argument = site.arguments[at];
      for (const column of [columns.value, columns.name]) {
        if (argument === undefined || column < 0) continue;
        (group.sources[column] ??= []).push({ site: numbered, argument });
      }
    }
  }
  return [...groups.values()];
}

/** `io_done` as `IoDoneEvent`, with a number where that is taken. */
function interfaceName(event: string, taken: Set<string>): string {
  const words = event.split("_").filter((word) => word !== "");
  const name = `${words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join("")}Event`;
  // Not every C identifier begins like one of TypeScript when its underscores are gone.
  const base = /^[0-9]/.test(name) ? `_${name}` : name;
  let unique = base;
  for (let number = 2; taken.has(unique); number++) unique = `${base}${number}`;
  taken.add(unique);
  return unique;
}

function writeInterface({ table, sites, sources }: EventGroup, name: string): string {
  const places = sites.map(({ site }) => ` * - ${code(site.format)} ${place(site)}${roleOf(site)}`);
  const columns = table.columns.map((column, at) =>
    writeColumn(table, column, sources[at] ?? [], sites.length)
  );
  return [
    "/**",
    ` * A row of \`event_${table.name}\`:`,
    ...places,
    " */",
    `export interface ${name} extends EventRow {`,
    ...columns,
    "}",
    "",
  ].join("\n");
}

function writeColumn(
  table: EventTable,
  column: TableColumn,
  sources: readonly Source[],
  siteCount: number,
): string {
  const others = table.columns.filter(({ key, name, isName }) =>
    foldName(key) === foldName(column.key) && isName === column.isName && name !== column.name
  );
  const remarks = [describe(sources, column.isName)];
  if (sources.length < siteCount) {
    remarks.push(`Null but for ${list(sources.map(({ site }) => place(site.site)))}.`);
  }
  if (others.length > 0) {
    remarks.push(`Other sites have another type here: ${list(others.map(({ name }) => code(name)))}.`);
  }
  const isNullable = sources.length < siteCount || sources.some(({ argument }) => isPointer(argument.type));
  const type = `${typeOf(column.type, sources)}${isNullable ? " | null" : ""}`;
  return `  /** ${remarks.join(" ")} */\n  readonly ${propertyName(column.name)}: ${type};`;
}

function isPointer(type: number): boolean {
  return type === ArgumentType.text || type === ArgumentType.text16 || type === ArgumentType.bytes;
}

function describe(sources: readonly Source[], isName: boolean): string {
  const types = new Set(sources.map(({ argument: { type, enumName } }) => {
    if (type === ArgumentType.enum) {
      const of = enumName === "" ? "an enumeration" : `the enumeration ${code(enumName)}`;
      return isName ? `The name of a value of ${of}.` : `A value of ${of}.`;
    }
    return (isName ? NAME_DESCRIPTIONS : DESCRIPTIONS)[type] ?? "";
  }));
  return [...types].join(" ");
}

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  [ArgumentType.bool]: "A truth value.",
  [ArgumentType.i8]: "An integer of 8 bits.",
  [ArgumentType.u8]: "An unsigned integer of 8 bits.",
  [ArgumentType.i16]: "An integer of 16 bits.",
  [ArgumentType.u16]: "An unsigned integer of 16 bits.",
  [ArgumentType.i32]: "An integer of 32 bits.",
  [ArgumentType.u32]: "An unsigned integer of 32 bits.",
  [ArgumentType.i64]: "An integer of 64 bits.",
  [ArgumentType.u64]: "An unsigned integer of 64 bits.",
  [ArgumentType.f32]: "A number of single precision.",
  [ArgumentType.f64]: "A number of double precision.",
  [ArgumentType.pointer]: "An address.",
  [ArgumentType.text]: "A text; one that was cut ends with `…` and its original length: `abc…(4096)`.",
  [ArgumentType.text16]: "A text of UTF-16; one that was cut ends with `…` and its original length in bytes.",
  [ArgumentType.bytes]: "Bytes, perhaps cut.",
  [ArgumentType.errno]: "An error number of Linux.",
  [ArgumentType.ntstatus]: "An NTSTATUS.",
  [ArgumentType.hresult]: "An HRESULT.",
  [ArgumentType.char]: "A character.",
};

const NAME_DESCRIPTIONS: Readonly<Record<number, string>> = {
  [ArgumentType.errno]: "An error of Linux by name, `-EIO` where it came as a negative number.",
  [ArgumentType.ntstatus]: "An NTSTATUS by name, or as `0x%08x`.",
  [ArgumentType.hresult]: "An HRESULT by name, or as `0x%08x`.",
};

function typeOf(type: number, sources: readonly Source[]): string {
  switch (type) {
    case ColumnType.bool:
      return "boolean";
    case ColumnType.i64:
    case ColumnType.u64:
      return "bigint";
    case ColumnType.text:
      return textType(sources);
    case ColumnType.bytes:
      return "Uint8Array";
    default:
      return "number";
  }
}

/** The names of an enumeration, which an editor can offer; a value without a name is a number's text. */
function textType(sources: readonly Source[]): string {
  if (sources.some(({ argument }) => argument.type !== ArgumentType.enum)) return "string";
  const names = new Set(sources.flatMap(({ argument }) => argument.enumerators.map(({ name }) => name)));
  if (names.size === 0) return "string";
  return `${[...names].map((name) => JSON.stringify(name)).join(" | ")} | (string & Record<never, never>)`;
}

function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function roleOf({ role }: EventSite): string {
  return role === 1 ? ", begin of a span" : role === 2 ? ", end of a span" : "";
}

function place({ file, line, function: name }: EventSite): string {
  return comment(`in ${name}(), ${file.split(/[\\/]/).at(-1)}:${line}`);
}

function list(words: readonly string[]): string {
  return words.join("; ");
}

function code(text: string): string {
  return comment(`\`${text}\``);
}

/** Made fit to stand in a comment: on one line, and not the end of it. */
function comment(text: string): string {
  // deno-lint-ignore no-control-regex -- control characters are meant
  return text.replace(/[\x00-\x1f\x7f\u2028\u2029]/g, (letter) => JSON.stringify(letter).slice(1, -1))
    .replaceAll("*/", "*\\/");
}
