/**
 * Rows of typed events on their way into native DuckDB.
 *
 * @module
 */
import type { EventTableRows } from "../events/event_rows.ts";
import { foldName } from "../events/unique_keys.ts";

/** Rows of events that are kept in memory until they are enough to be written aside. */
export class EventRowsAside {
  readonly #waiting = new Map<string, EventTableRows[]>();
  #rows = 0;

  /** Takes rows, whose memory is theirs alone. */
  add(table: EventTableRows): void {
    if (table.rows.rows === 0) return;
    // Another file where there are more columns.
    const key = `${foldName(table.name)} ${table.columns.length}`;
    this.#waiting.set(key, [...this.#waiting.get(key) ?? [], table]);
    this.#rows += table.rows.rows;
  }

  /** How many rows wait. */
  get rows(): number {
    return this.#rows;
  }

  /** What waits, by event and columns, each for one file. Nothing waits afterwards. */
  take(): (readonly EventTableRows[])[] {
    const taken = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#rows = 0;
    return taken;
  }
}
