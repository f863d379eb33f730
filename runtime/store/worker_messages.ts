/**
 * What the store and its worker say to each other.
 *
 * @module
 */
import type { EngineKind } from "./engine.ts";
import type { EngineRequest } from "./open_engine.ts";
import type { QueryResult } from "./query_result.ts";

/** Asked of the worker. Each is answered once, with its `id`. */
export type StoreRequest =
  | {
    readonly id: number;
    readonly kind: "open";
    readonly captures: EngineRequest;
    /** One Int32: the number of the query that is to stop. */
    readonly cancelled: SharedArrayBuffer;
  }
  | {
    readonly id: number;
    readonly kind: "query";
    readonly text: string;
    readonly params: readonly unknown[];
  }
  | { readonly id: number; readonly kind: "refresh" };

/** A capture as a store knows it. */
export interface CaptureSummary {
  /** As it stands in the column `capture`. */
  readonly name: string;
  /** The folder. */
  readonly path: string;
  /** It ended in order. */
  readonly complete: boolean;
  /** Entries that are there. */
  readonly loadedRows: number;
  /** Stored entries that are not there: not read, or dropped to make room. */
  readonly skippedRows: number;
}

/** What is loaded. */
export interface StoreState {
  readonly engine: EngineKind;
  readonly captures: readonly CaptureSummary[];
  /** What loading met, each with the capture's name, file and byte range. */
  readonly warnings: readonly string[];
  /** Whether more may come. */
  readonly isRecording: boolean;
  /** Rows added by this request. */
  readonly added: number;
}

/** Said by the worker. An error travels as its class's name and message. */
export type StoreReply =
  | { readonly kind: "state"; readonly id: number; readonly state: StoreState }
  | { readonly kind: "result"; readonly id: number; readonly result: QueryResult }
  | {
    readonly kind: "error";
    readonly id: number;
    readonly name: string;
    readonly message: string;
    /** The worker is of no use any more. */
    readonly isFatal: boolean;
  }
  | { readonly kind: "progress"; readonly loadedRows: number; readonly totalRows: number | null };
