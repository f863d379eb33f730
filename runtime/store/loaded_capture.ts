/**
 * What a store does with one capture, whichever engine holds it.
 *
 * @module
 */
import type { CaptureEvent } from "../events/capture_events.ts";
import type { CaptureRow } from "./base_tables.ts";
import type { EntrySelection } from "./entry_selection.ts";

/** A capture in an engine. */
export interface LoadedCapture extends Disposable {
  /** Entries that capture.json speaks of; a growing capture has more. */
  readonly expectedRows: bigint;
  /** Whether more may come. */
  readonly isRecording: boolean;
  /** Brings in what has come since the last time; the number of entries. `onRows` hears of them on the way. */
  load(onRows?: (rows: number) => void): Promise<number>;
  /** What `_captures` says of this capture now. */
  row(): CaptureRow;
  /** Its typed events, by their folded names, as far as their sites are known. */
  readonly events: ReadonlyMap<string, CaptureEvent>;
  /** Names of the events of which it has rows. */
  readonly eventNames: readonly string[];
}

/** Which entries of a capture are brought in. */
export interface Wanted {
  readonly selection: EntrySelection;
  /** Entries of earlier segments are left out; 0: of none. */
  readonly firstSegment: number;
  /** The capture is followed: what is newest counts, and a reader that is behind steps over what it has missed. */
  readonly follow?: boolean;
}
