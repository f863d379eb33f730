/**
 * The typed events of one name in a capture, finished or growing, in index order.
 *
 * @module
 */
import { delay } from "@std/async";
import { crc32c } from "../arrow/crc32c.ts";
import { type EventRecord, toEventRecords } from "../events/event_records.ts";
import type { EventTableRows } from "../events/event_rows.ts";
import { foldName } from "../events/unique_keys.ts";
import { CaptureSource, type SourceItem } from "../store/capture_source.ts";
import { type EntrySelection, findWanted } from "../store/entry_selection.ts";
import { segmentsWanted } from "../store/segments_wanted.ts";

/** How often a growing folder is looked at. */
const POLL_MS = 20;

/** Settings of {@link readEvents}. */
export interface ReadEventsOptions {
  readonly selection: EntrySelection;
  /** Waits for what is still to come, until the capture has ended. */
  readonly follow: boolean;
  /** Ends the iteration; not an error. */
  readonly signal?: AbortSignal;
}

/**
 * The events called `name`, whatever the case of its letters.
 *
 * @throws {RangeError} The capture has no such event, and none is waited for.
 * @throws {CaptureError} The folder cannot be read.
 */
export async function* readEvents(
  path: string,
  name: string,
  { selection, follow, signal }: ReadEventsOptions,
): AsyncGenerator<EventRecord> {
  const folded = foldName(name);
  let isThere = false;
  const wanted = {
    ...segmentsWanted(path, { selection, firstSegment: 0 }),
    wantsEvent: (found: string) => foldName(found) === folded,
    eventsOnly: true,
  };
  using source = await CaptureSource.open(path, crc32c, wanted);
  while (!signal?.aborted) {
    for await (const item of source.look()) {
      for (const table of tablesOf(item, selection)) {
        isThere = true;
        for (const record of toEventRecords(table, namesOf(source, folded))) {
          if (isWanted(selection, record)) yield record;
          if (signal?.aborted) return;
        }
      }
      if (signal?.aborted) return;
    }
    if (!follow || !source.isRecording) break;
    await delay(POLL_MS, { ...(signal && { signal }) }).catch(() => {});
  }
  if (isThere || source.events.events.has(folded) || signal?.aborted) return;
  const names = Array.from(source.events.events.values(), ({ table }) => table.name);
  throw new RangeError(
    `read the events "${name}" of ${path}: it has ${
      names.length === 0 ? "no typed events" : `none of this name, but ${names.join(", ")}`
    }`,
  );
}

function* tablesOf(item: SourceItem, selection: EntrySelection): Generator<EventTableRows> {
  if (item.kind === "events") yield item.table;
  if (item.kind !== "entries" || item.events === undefined) return;
  const numbers = item.expandNumbers?.() ?? item.expand();
  yield* item.events(numbers, findWanted(selection, numbers));
}

/** All arguments that the event is known to have now. */
function namesOf(source: CaptureSource, folded: string): string[] {
  return source.events.events.get(folded)?.table.columns.map(({ name }) => name) ?? [];
}

/** Of sealed segments all rows of the event come. */
function isWanted({ sinceNs, untilNs, severity = 0, processors }: EntrySelection, row: EventRecord): boolean {
  return row.severity >= severity && (sinceNs === undefined || row.ts >= sinceNs) &&
    (untilNs === undefined || row.ts < untilNs) && (processors?.includes(row.processor) ?? true);
}
