/**
 * What a capture and its sealing worker tell each other.
 *
 * @module
 */

/** `start` comes first. After `finish` no segment is closed any more; after `leave` none is to be sealed. */
export type SealOrder =
  | {
    readonly kind: "start";
    readonly folder: string;
    /** Of the segments; see `SegmentClaims`. */
    readonly claims: SharedArrayBuffer;
  }
  | { readonly kind: "finish" }
  | { readonly kind: "leave" };

/** What the worker tells; `done` are its last words, with what could not be sealed. */
export type SealReport =
  | { readonly kind: "rows"; readonly rows: number }
  | { readonly kind: "sealed"; readonly number: number }
  | { readonly kind: "done"; readonly problems: readonly string[] };
