/**
 * Rows that are measured only when they are asked for by name: they take longer, or much of the disk.
 * @module
 */
import { CliError } from "../../runtime/errors.ts";
import { benchAppendAndSeal } from "./append_and_seal_bench.ts";
import type { BenchRow } from "./bench_row.ts";
import { benchFollowed, benchFreshness } from "./freshness_bench.ts";
import { benchHistory } from "./history_bench.ts";
import { benchSeal } from "./seal_bench.ts";

/** What a row that is asked for by name is measured with. */
export interface NamedSettings {
  /** Entries of what is made; default: what the row's aims speak of. */
  readonly entries?: number;
  /** How long it is recorded, in seconds. */
  readonly seconds?: number;
  /** A few repetitions of something small: does it run? */
  readonly quick: boolean;
  /** A folder to work in, empty for each name. */
  readonly folder: string;
  /** Path of the program paced.c. */
  readonly producer: string;
  /** Hears what is being done. */
  readonly onProgress: (what: string) => void;
}

type NamedBench = (settings: NamedSettings) => Promise<readonly BenchRow[]>;

const BENCHES = new Map<string, NamedBench>([
  ["seal", benchSeal],
  ["history", benchHistory],
  ["append-and-seal", benchAppendAndSeal],
  ["freshness", benchFreshness],
  ["followed", benchFollowed],
]);

/** The names that may be asked for. */
export const BENCH_NAMES: readonly string[] = [...BENCHES.keys()];

/**
 * What measures the rows of a name.
 *
 * @throws {CliError} There is no such name.
 */
export function namedBench(name: string): NamedBench {
  const bench = BENCHES.get(name);
  if (bench !== undefined) return bench;
  throw new CliError(
    `measure "${name}": there is no such row; ask for ${BENCH_NAMES.join(", ")}, or for none of them`,
  );
}
