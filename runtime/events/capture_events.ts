/**
 * The typed events of one capture: its call sites, as far as they are known, and what they make of its batches.
 *
 * @module
 */
import type { EventTexts, ExpandedNumbers } from "../arrow/expand.ts";
import { FLAG_TRUNCATED, KIND_EVENT, type WireBatch } from "../arrow/wire.ts";
import type { EventBatch, EventReader, EventRows, TextColumn } from "./event_batch.ts";
import { type EventTableRows, toEventRows } from "./event_rows.ts";
import { EventTable, type NumberedSite } from "./event_table.ts";
import type { EventTableName } from "../seal/columns.ts";
import { eventTable } from "../seal/event_files.ts";
import { openEventReader } from "./open_event_reader.ts";
import { type EventSite, parseSite } from "./parse_site.ts";
import { SITE_NUMBER_MAX } from "./script_events.ts";
import { SiteLinesReader } from "./site_lines_reader.ts";
import { foldName } from "./unique_keys.ts";

const ENCODER = new TextEncoder();
const TRAILER_BYTES = 4;
const TOO_LONG = ENCODER.encode("<left out: the messages of its batch have more than 2 GiB>");

/** One event of a capture: what its sites have together. */
export interface CaptureEvent {
  readonly table: EventTable;
  readonly sites: readonly NumberedSite[];
}

/** The call sites of a capture folder and a reader that knows them. Costs nothing where there are none. */
export class CaptureEvents implements EventTexts, Disposable {
  readonly #lines: SiteLinesReader;
  readonly #damage: string[];
  /** Null where the descriptor is none. */
  readonly #sites = new Map<number, EventSite | null>();
  readonly #names = new Map<number, Uint8Array>();
  /** By folded name. */
  readonly #events = new Map<string, CaptureEvent & { readonly sites: NumberedSite[] }>();
  #reader: EventReader | null = null;

  /** Of a capture in `folder`; what is wrong with its file of sites is added to `damage`. */
  constructor(folder: string, damage: string[] = []) {
    this.#lines = new SiteLinesReader(folder);
    this.#damage = damage;
  }

  /** The sites so far, in the order of the file: null is one that cannot be understood. */
  get sites(): ReadonlyMap<number, EventSite | null> {
    return this.#sites;
  }

  /** Reads the sites that have come since the last time; whether there were any. */
  async load(): Promise<boolean> {
    const lines = await this.#lines.read((line) =>
      this.#damage.push(`damaged: events/sites.ndjson: line ${line} is no call site`)
    );
    for (const { site, descriptor } of lines) {
      if (this.#sites.has(site) || site > SITE_NUMBER_MAX) continue;
      this.#reader ??= await openEventReader();
      this.#reader.add(site, descriptor);
      const parsed = parse(descriptor);
      this.#sites.set(site, parsed);
      if (parsed?.kind === KIND_EVENT) this.#addEvent({ number: site, site: parsed });
      if (parsed === null) {
        this.#damage.push(`damaged: events/sites.ndjson: the descriptor of site ${site} cannot be read`);
      }
    }
    return lines.length > 0;
  }

  #addEvent(numbered: NumberedSite): void {
    const { name } = numbered.site;
    const event = this.#events.get(foldName(name)) ?? { table: new EventTable(name), sites: [] };
    event.table.add(numbered);
    event.sites.push(numbered);
    this.#events.set(foldName(name), event);
    this.#names.set(numbered.number, ENCODER.encode(name));
  }

  /** The events of the sites so far, by their names in lower case, in the order in which they came. */
  get events(): ReadonlyMap<string, CaptureEvent> {
    return this.#events;
  }

  /** The name of the event whose sealed table this is. */
  nameOfTable(table: EventTableName): string {
    for (const { table: { name }, sites } of this.#events.values()) {
      if (eventTable(name, sites[0]!.number) === table) return name;
    }
    // Of a capture that has lost its sites.
    return table.slice("events/".length).replace("~", "_");
  }

  /** Before a batch is expanded: reads the sites of its events, where they are not known yet; whether it has events. */
  async prepare(batch: EventBatch): Promise<boolean> {
    let hasEvents = false, isKnown = true;
    for (let row = 0; row < batch.rows; row++) {
      if ((batch.class[row]! & 3) !== KIND_EVENT) continue;
      hasEvents = true;
      isKnown &&= this.#sites.has(batch.type[row]!);
    }
    // The writer stores sites first.
    if (!isKnown) await this.load();
    if (hasEvents) this.#reader ??= await openEventReader();
    return hasEvents;
  }

  /** As `EventTexts.messages`, of a batch that was prepared. */
  messages(batch: WireBatch): TextColumn {
    if (this.#reader === null) throw new TypeError("expand a batch with events: it was not prepared");
    try {
      return this.#reader.format(batch);
    } catch (error) {
      // Widths that somebody chose to take memory; one batch of this is no reason to show nothing of the others.
      if (error instanceof RangeError) return withoutMessages(batch);
      throw error;
    }
  }

  /** As `EventTexts.nameOf`. */
  nameOf(site: number): Uint8Array | null {
    return this.#names.get(site) ?? null;
  }

  /**
   * The rows of each event in a batch that was prepared, event by event.
   *
   * @param entries The same batch, expanded.
   * @param kept The rows that are wanted; null: all.
   * @param wantsEvent Whether an event is wanted, by its name.
   */
  *rowsOf(
    batch: WireBatch,
    entries: ExpandedNumbers,
    kept: Uint32Array | null = null,
    wantsEvent: (name: string) => boolean = () => true,
  ): Generator<EventTableRows> {
    if (this.#reader === null) return;
    const wanted = kept === null ? batch : { ...batch, class: onlyClassesOf(batch, kept) };
    for (const { table: { name } } of this.#eventsIn(wanted)) {
      if (!wantsEvent(name)) continue;
      const found = this.#columns(name, wanted);
      if (found !== null && found.rowNumbers.length > 0) yield toEventRows(name, found, batch, entries);
    }
  }

  #eventsIn({ rows, class: classes, type }: EventBatch): Set<CaptureEvent> {
    const sites = new Set<number>();
    for (let row = 0; row < rows; row++) {
      if ((classes[row]! & 3) === KIND_EVENT) sites.add(type[row]!);
    }
    const found = new Set<CaptureEvent>();
    for (const site of sites) {
      const event = this.#events.get(foldName(this.#sites.get(site)?.name ?? ""));
      if (event !== undefined) found.add(event);
    }
    return found;
  }

  #columns(name: string, batch: EventBatch): EventRows | null {
    try {
      return this.#reader?.columns(name, batch) ?? null;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#damage.push(
        `left out: the arguments of ${name} in a batch of ${batch.rows} rows: ${error.message}`,
      );
      return null;
    }
  }

  /** Gives the reader's memory back. */
  [Symbol.dispose](): void {
    this.#reader?.[Symbol.dispose]();
    this.#reader = null;
  }
}

/** Classes of a batch in which only some rows can be events. */
function onlyClassesOf({ rows, class: classes }: EventBatch, kept: Uint32Array): Uint16Array {
  const only = new Uint16Array(rows);
  for (const row of kept) only[row] = classes[row]!;
  return only;
}

function parse(descriptor: Uint8Array): EventSite | null {
  try {
    return parseSite(descriptor);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Texts as they are; of events only that they are left out. */
function withoutMessages({ rows, class: classes, offsets, payload }: EventBatch): TextColumn {
  const isEvent = (row: number) => (classes[row]! & 3) === KIND_EVENT;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const textOf = (row: number) => {
    const trailer = classes[row]! >> 8 & FLAG_TRUNCATED ? TRAILER_BYTES : 0;
    const from = offsets[row]!;
    return ENCODER.encode(
      decoder.decode(payload.subarray(from, Math.max(from, offsets[row + 1]! - trailer))),
    );
  };
  const parts = Array.from({ length: rows }, (_, row) => isEvent(row) ? TOO_LONG : textOf(row));
  const ends = new Int32Array(rows + 1);
  parts.forEach((part, row) => ends[row + 1] = ends[row]! + part.length);
  const values = new Uint8Array(ends[rows]!);
  parts.forEach((part, row) => values.set(part, ends[row]!));
  return { offsets: ends, values };
}
