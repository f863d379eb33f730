import type { Spread } from "./spread.ts";

/** What a figure is held against. */
export interface Aim {
  /** What is aimed for, as text: `clock + 3 ns`. */
  readonly text: string;
  /** The figure that this is, as far as it follows from other rows of the same run. */
  readonly limit: number;
  readonly met: boolean;
}

/** One measured thing. */
export interface BenchRow {
  readonly name: string;
  readonly group: "reference" | "write" | "drain" | "peer" | "capture" | "history";
  /** What was measured, and how. */
  readonly about: string;
  readonly unit:
    | "ns"
    | "ms"
    | "M entries/s"
    | "GB/s"
    | "MB/s"
    | "times"
    | "s"
    | "B"
    | "MiB"
    | "entries"
    | "M entries";
  /** Null when nothing could be measured; `note` says why. */
  readonly spread: Spread | null;
  readonly aim?: Aim;
  readonly note?: string;
}

/** A row by its name. */
export function findRow(rows: readonly BenchRow[], name: string): BenchRow {
  const row = rows.find((row) => row.name === name);
  if (row === undefined) throw new TypeError(`there is no row ${name}`);
  return row;
}

/** Holds a row against an upper or lower limit. A row without figures, or a limit that is not known, has no aim. */
export function withAim(
  row: BenchRow,
  text: string,
  direction: "at most" | "at least",
  limit: number | undefined,
): BenchRow {
  const median = row.spread?.median;
  if (median === undefined || limit === undefined) return row;
  const met = direction === "at most" ? median <= limit : median >= limit;
  return { ...row, aim: { text: `${direction} ${text}`, limit, met } };
}
