/**
 * What a capture folder holds as people see it: messages, and the arguments of typed events as columns.
 *
 * @module
 */
import { assert, fail } from "@std/assert";
import { openEventReader } from "../../runtime/events/open_event_reader.ts";
import { SiteLinesReader } from "../../runtime/events/site_lines_reader.ts";
import { type ColumnValue, columnValues, makeBatch } from "../../runtime/events/test_support.ts";
import { readCaptured, type Row } from "../stress/oracle/captured.ts";

/** An entry of a capture. */
export interface CapturedEntry {
  readonly row: Row;
  /** Name of a typed event; null for everything else. */
  readonly event: string | null;
  readonly message: string;
  /** What the event's table has in this row, without what is null there; empty for everything else. */
  readonly values: Readonly<Record<string, ColumnValue>>;
}

/** Every entry of a whole capture, in its order. */
export async function readEntries(folder: string): Promise<CapturedEntry[]> {
  const { rows } = await readCaptured(folder);
  using reader = await openEventReader();
  const lines = await new SiteLinesReader(folder).read((line) => fail(`line ${line} is no call site`));
  for (const { site, descriptor } of lines) {
    assert(reader.add(site, descriptor), `the descriptor of site ${site} breaks the contract`);
  }

  const batch = makeBatch(rows.map(({ type, ...row }) => ({ ...row, site: type })));
  const { offsets, values: text } = reader.format(batch);
  const entries = rows.map((row, at) => ({
    row,
    event: null as string | null,
    message: new TextDecoder().decode(text.subarray(offsets[at], offsets[at + 1])),
    values: {} as Record<string, ColumnValue>,
  }));
  for (const name of reader.names()) {
    const table = reader.columns(name, batch);
    if (table === null) continue;
    for (const at of table.rowNumbers) entries[at]!.event = name;
    for (const column of table.columns) {
      columnValues(column, table.rowNumbers.length).forEach((value, n) => {
        if (value !== null) entries[table.rowNumbers[n]!]!.values[column.name] = value;
      });
    }
  }
  return entries;
}
