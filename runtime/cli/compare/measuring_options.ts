import { resolve } from "@std/path";
import type { CompareProgress, MeasuringOptions } from "../../compare/compare.ts";
import { type OptionValues, repeated, text } from "../command.ts";
import { engineOptions } from "../select/select_entries.ts";
import { createStatusLine, type StatusLine } from "../status_line.ts";

/** Where baselines are when the user does not say: beside the captures, to be kept when those go. */
export const DEFAULT_BASELINES = "baselines";

/** Options of the commands that measure captures. */
export const measuringOptions = {
  metrics: repeated("--metrics <folder>", "metrics of your own, one .sql file each", (given) => given),
  baselines: text("--baselines <folder>", `folder of the baselines (default: ${DEFAULT_BASELINES})`),
  ...engineOptions,
};

/** The folder of the baselines. */
export function baselinesFolder({ baselines }: { baselines: string | undefined }): string {
  return resolve(baselines ?? DEFAULT_BASELINES);
}

/** Progress on a terminal while captures are measured; dispose of it before anything else is printed. */
export function startProgress(options: { quiet: boolean; json: boolean }): Disposable & {
  readonly onProgress: (progress: CompareProgress) => void;
} {
  const line: StatusLine = createStatusLine({ enabled: !options.quiet });
  return {
    onProgress: ({ run, done, total }) => line.show(`measuring ${run} · ${done + 1} of ${total} captures`),
    [Symbol.dispose]: () => line.clear(),
  };
}

/** What these options mean for measuring. */
export function toMeasuring(
  { metrics, engine, memory }: Pick<OptionValues<typeof measuringOptions>, "metrics" | "engine" | "memory">,
): MeasuringOptions {
  return {
    metrics: metrics.map((folder) => resolve(folder)),
    engine,
    ...(memory !== undefined && { memoryBytes: memory }),
  };
}
