/**
 * The folders of sealed events below `events/`: one for each name.
 *
 * @module
 */
import { join } from "@std/path";
import { EVENT_BASE_COLUMNS } from "../events/event_rows.ts";
import type { ColumnSpec } from "../arrow/ipc.ts";
import type { EventTableName, SealedLayout } from "./columns.ts";
import type { SegmentMeta } from "./segment_meta.ts";

/** What a file system takes as a name is shorter than what an identifier may be. */
const NAME_CHARACTERS = 200;
const FOLDER_NAME = /^[A-Za-z_][A-Za-z0-9_]*(~\d+)?$/;

/** The table of an event whose first site is `site`. */
export function eventTable(name: string, site: number): EventTableName {
  return `events/${name.length > NAME_CHARACTERS ? `${name.slice(0, NAME_CHARACTERS)}~${site}` : name}`;
}

/** Whether a table is that of an event, and one that can be. */
export function isEventTable(table: string): table is EventTableName {
  return table.startsWith("events/") && FOLDER_NAME.test(table.slice("events/".length));
}

/** The tables of events that a capture folder has files of, sorted. */
export async function listEventTables(folder: string): Promise<EventTableName[]> {
  const tables: EventTableName[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(join(folder, "events"))) {
      if (isDirectory && isEventTable(`events/${name}`)) tables.push(`events/${name}`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return tables.sort();
}

/** The tables of events that a segment was sealed with, as its `meta.json` says. */
export function sealedEventTables(meta: SegmentMeta | null): EventTableName[] {
  const sealed = meta?.sealed;
  if (typeof sealed !== "object" || sealed === null) return [];
  return Object.keys(sealed).filter(isEventTable);
}

/** How the rows of an event are laid down. */
export function eventLayout(columns: readonly ColumnSpec[]): SealedLayout {
  const named = (types: readonly ColumnSpec["type"][]) =>
    columns.filter(({ type }) => types.includes(type)).map(({ name }) => name);
  const base = EVENT_BASE_COLUMNS.map(({ name }) => name);
  return {
    columns,
    deltas: base.filter((name) => ["idx", "ts", "processor", "severity"].includes(name)),
    dictionaries: ["site", ...named(["utf8"])],
    withoutStatistics: named(["binary"]),
    later: [],
  };
}
