/**
 * What a reader makes of a ring image, in the form in which images/NAME.json says it. README.md tells the form.
 * @module
 */
import { EntryKind, Severity } from "../../runtime/abi/layout.ts";
import { AbiMismatchError, DriverError } from "../../runtime/errors.ts";
import { type EntryFilter, EVERYTHING } from "../../runtime/reader/wanted_entries.ts";
import { writerPid, writerTid } from "./image_builder.ts";

/** The classes of errors that an image is refused with. */
export type GoldenError = "AbiMismatchError" | "DriverError";

/** The class of an error that a reader threw; null when that is not one an image is refused with. */
export function classifyRefusal(error: unknown): GoldenError | null {
  if (error instanceof AbiMismatchError) return "AbiMismatchError";
  return error instanceof DriverError ? "DriverError" : null;
}

/** A row with every field. Integers of 64 bits are decimal text, as in JSON they have to be. */
export interface GoldenRow {
  idx: string;
  processor: number;
  seq: string;
  ticks: string;
  severity: number;
  kind: string;
  flags: number;
  pid: number;
  tid: number;
  type: number;
  remarks: number;
  /** The payload as hexadecimal digits. */
  payload: string;
}

/** A hole. Null: no neighbour on that side. */
export interface GoldenGap {
  processor: number;
  cause: string;
  lost: string;
  prev_seq: string | null;
  prev_idx: string | null;
  prev_ticks: string | null;
  next_seq: string | null;
  next_idx: string | null;
  next_ticks: string | null;
}

/** The counters of a processor by name; what is 0 is left out. */
export type GoldenCounters = Record<string, string>;

/** Everything that readers are compared by. */
export interface GoldenResult {
  rows: GoldenRow[];
  gaps: GoldenGap[];
  counters: GoldenCounters[];
}

/** Names of the kinds, as in column `kind` of `logs`. */
export const kindNames: readonly string[] = Object.keys(EntryKind);

const counterNames = [
  "attempts",
  "read",
  "discarded",
  "lost_full",
  "overwritten",
  "too_big",
  "abandoned",
  "corrupt",
  "unstored",
  "pending",
  "late",
  "stalled",
  "mixed",
  "filtered",
] as const;

/** Counters in the form of a golden file. */
export function toGoldenCounters(
  processor: number,
  counters: Readonly<Record<typeof counterNames[number], bigint | number>>,
): GoldenCounters {
  const used = counterNames.filter((name) => Number(counters[name]) !== 0);
  return Object.fromEntries([
    ["processor", String(processor)],
    ...used.map((name) => [name, String(counters[name])]),
  ]);
}

/** Gaps in one order for all readers: by processor, by place, by cause. */
export function sortGaps(gaps: GoldenGap[]): GoldenGap[] {
  const place = (gap: GoldenGap) => BigInt(gap.prev_seq ?? -1n);
  return gaps.toSorted((a, b) =>
    a.processor - b.processor || Number(place(a) - place(b)) || a.cause.localeCompare(b.cause)
  );
}

/** A row as the golden files write it: without what has its default, the payload as text where it is one. */
interface WrittenRow extends Partial<Omit<GoldenRow, "idx" | "seq" | "ticks" | "payload">> {
  idx: number;
  seq: number;
  /** Decimal text where it is more than a number of JSON can be. */
  ticks: number | string;
  text?: string;
  hex?: string;
  /** What SQL shows of an event. */
  message?: string;
}

/** `[seq, idx, ticks]`; in clock order the index is null. */
type WrittenNeighbour = [number, number | null, number];

interface WrittenGap {
  processor: number;
  cause: string;
  lost: number;
  prev: WrittenNeighbour | null;
  next: WrittenNeighbour | null;
}

interface WrittenResult {
  rows?: WrittenRow[];
  gaps?: WrittenGap[];
  counters?: Record<string, number>[];
}

interface WrittenFile extends WrittenResult {
  about: string;
  filter?: Partial<EntryFilter>;
  error?: GoldenError;
  live?: WrittenResult;
}

/** An image's expectations. */
export interface Golden {
  readonly about: string;
  /** What the reader is to store. */
  readonly filter: EntryFilter;
  /** The image is refused with this class of error. */
  readonly error: GoldenError | null;
  /** Of an image: nobody writes any more. */
  readonly result: GoldenResult;
  /** While the machine of these rings runs. */
  readonly live: GoldenResult;
  /** What SQL shows of events, by their idx. */
  readonly messages: ReadonlyMap<string, string>;
}

function expandRow(row: WrittenRow): GoldenRow {
  const { text, hex, idx, seq, ticks, message: _, ...rest } = row;
  const payload = hex ?? new TextEncoder().encode(text ?? "").toHex();
  return {
    processor: 0,
    severity: Severity.info,
    kind: "text",
    flags: 0,
    pid: writerPid,
    tid: writerTid,
    type: 0,
    remarks: 0,
    ...rest,
    idx: String(idx),
    seq: String(seq),
    ticks: String(ticks),
    payload,
  };
}

function expandGap({ processor, cause, lost, prev, next }: WrittenGap): GoldenGap {
  const text = (
    value: number | null | undefined,
  ) => (value === null || value === undefined ? null : String(value));
  const name = (side: "prev" | "next", numbers: WrittenNeighbour | null) => ({
    [`${side}_seq`]: text(numbers?.[0]),
    [`${side}_idx`]: text(numbers?.[1]),
    [`${side}_ticks`]: text(numbers?.[2]),
  });
  return { processor, cause, lost: String(lost), ...name("prev", prev), ...name("next", next) } as GoldenGap;
}

/** Reads the expectations of one image. */
export function parseGolden(json: string): Golden {
  const file = JSON.parse(json) as WrittenFile;
  return {
    about: file.about,
    filter: { ...EVERYTHING, ...file.filter },
    error: file.error ?? null,
    messages: new Map(
      (file.rows ?? []).flatMap(({ idx, message }) => message === undefined ? [] : [[String(idx), message]]),
    ),
    result: expandResult(file),
    live: expandResult(file.live ?? file),
  };
}

function expandResult({ rows = [], gaps = [], counters = [] }: WrittenResult): GoldenResult {
  return {
    rows: rows.map(expandRow),
    gaps: sortGaps(gaps.map(expandGap)),
    counters: counters.map((counters) =>
      Object.fromEntries(Object.entries(counters).map(([name, value]) => [name, String(value)]))
    ),
  };
}
