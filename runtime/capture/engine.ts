/**
 * What takes entries out of rings into a capture folder: the native reader, or the one in TypeScript.
 * @module
 */
import type { CaptureCounters } from "../ffi/native_capture.ts";
import type { NativeCaptureInfo as LibraryInfo } from "../ffi/structs.ts";

import type { Writer } from "../reader/liveness.ts";

import type { EntryFilter } from "../reader/wanted_entries.ts";

export type { CaptureCounters } from "../ffi/native_capture.ts";

/** What both engines know about a ring set and the beginning of its recording. */
export type EngineInfo = Omit<LibraryInfo, "creatorAlive">;

/** How an engine works; see `RecordOptions`. */
export interface EngineSettings {
  readonly bufferBytes: number;
  readonly reorderBytes: number;
  readonly stallMs: number;
  readonly segmentBytes: number;
  /** 0: segments are closed by size only. */
  readonly segmentAgeMs: number;
  readonly syncMs: number;
  readonly fullDiskPatienceMs: number;
  readonly filter: EntryFilter;
}

/** How draining and storing ended. */
export interface EngineEnd {
  /** Everything that was taken is stored and synced. */
  readonly complete: boolean;
  /** Why not. */
  readonly problems: readonly string[];
}

/** A ring set that is open to be recorded. Disposing of it stops it, waits for its workers and closes the rings. */
export interface CaptureEngine extends AsyncDisposable {
  readonly kind: "native" | "typescript";
  info(): EngineInfo;
  counters(): CaptureCounters;
  /** The threads that write into the rings now, or wrote until they died. */
  writers(): Writer[];
  /**
   * What writes cost since this capture began: of each ring, in the order of `counters().rings`, how many of the measured ones took
   * from 2^b to 2^(b+1) ticks, for each b.
   */
  writeCost(): BigUint64Array[];
  /** Registrations of call sites that were refused since the rings were made: their events are written nowhere. */
  refusedSites(): bigint;
  /**
   * Begins to record into a folder that exists, in the background. When it resolves, entries are being taken.
   *
   * @throws {DriverError} No memory, or the folder cannot be written.
   */
  begin(folder: string, settings: EngineSettings): Promise<void>;
  /** What stops entries from being stored at this moment, else null. */
  readonly trouble: string | null;
  /** Settles when the recording was given up. Never rejects. */
  readonly givenUp: Promise<void>;
  /** How many entries a second the one index counter of all processors can number at most; null when it cannot be measured. */
  measureIndexCap(): number | null;
  /** Takes what was logged until now, stores it, closes the segments. The second call gives the first one's result. */
  finish(): Promise<EngineEnd>;
}
