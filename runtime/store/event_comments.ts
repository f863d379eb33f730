/**
 * What the database says of the views of events and their columns, from the sites.
 *
 * @module
 */
import { ColumnType, type NumberedSite, type TableColumn } from "../events/event_table.ts";
import { foldName } from "../events/unique_keys.ts";
import { literal } from "./base_tables.ts";
import { quoteName } from "./event_types.ts";
import type { EventUnion } from "./event_views.ts";

/** So many sites are told. */
const SITES = 3;

const BASE: readonly (readonly [string, string])[] = [
  ["capture", "Name of the capture."],
  ["idx", "Place in the total order over all processors, as in logs."],
  ["ts", "When it was written, UTC."],
  ["processor", "The processor whose ring it was written into."],
  [
    "severity",
    "1 trace, 2 debug, 3 info, 4 warn, 5 error, 6 fatal. Compare with this: severity >= at_least('warn').",
  ],
  ["level", "The name of the severity. Text: do not compare it with < or >."],
  ["pid", "Process that wrote it."],
  ["tid", "Thread that wrote it."],
  ["site", "Number of the call site in its capture, as in events."],
];

/** The statements that comment a view, whose name is given as SQL writes it, and its columns. */
export function commentEvent(view: string, union: EventUnion): string {
  const sites = union.captures.flatMap((event) => event?.sites ?? []);
  const comments = [
    `COMMENT ON VIEW ${view} IS ${literal(`One row per event ${union.name}${whereOf(sites)}.`)}`,
    ...[...BASE, ...union.columns.map((column) => [column.name, describe(column, sites)] as const)].map(
      ([name, text]) => `COMMENT ON COLUMN ${view}.${quoteName(name)} IS ${literal(text)}`,
    ),
  ];
  return comments.join(";\n");
}

function whereOf(sites: readonly NumberedSite[]): string {
  // The captures of a store are often of the same program.
  const places = new Set(sites.map(({ site: { format, file, line } }) => `"${format}" at ${file}:${line}`));
  if (places.size === 0) return "";
  const more = places.size > SITES ? ` and ${places.size - SITES} more sites` : "";
  return `: ${[...places].slice(0, SITES).join(", ")}${more}`;
}

function describe({ key, type, isName, site }: TableColumn, sites: readonly NumberedSite[]): string {
  const of = sites.find(({ number }) => number === site)?.site;
  const isArgument = (argument: { key: string }) => foldName(argument.key) === foldName(key);
  const where = of === undefined || !of.arguments.some(isArgument)
    ? ""
    : ` of "${of.format}" (${of.file}:${of.line})`;
  if (isName) return `The name of ${key}, as %s prints it. NULL where ${key} is.`;
  const nothing = type === ColumnType.text || type === ColumnType.bytes ? ", and for a null pointer" : "";
  return `Argument ${key}${where}. NULL where a site has no such argument or its payload is damaged${nothing}.`;
}
