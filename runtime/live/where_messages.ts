/** What is asked of where_worker.ts. */
export type WhereRequest = {
  readonly kind: "start";
  readonly condition: string;
  /** What the column `capture` says. */
  readonly capture: string;
} | {
  readonly kind: "batch";
  /** Entries as an Arrow IPC stream with the columns of an entries table. */
  readonly stream: Uint8Array<ArrayBuffer>;
};

/** What it answers. */
export type WhereReply = { readonly kind: "ready" } | {
  readonly kind: "found";
  /** `idx` of the entries for which the condition is true. */
  readonly idx: BigUint64Array<ArrayBuffer>;
} | { readonly kind: "error"; readonly message: string };
