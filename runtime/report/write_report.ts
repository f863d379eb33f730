/**
 * From capture folders to a page: what `ringscope report` does, for scripts too.
 *
 * @module
 */
import { openStore, type OpenStoreOptions } from "../store/store.ts";
import { readReport } from "./data/read_report.ts";
import type { CaptureReport } from "./data/report_data.ts";
import { renderReport } from "./render_report.ts";

/** Options of {@link writeReport}. */
export interface WriteReportOptions extends Omit<OpenStoreOptions, "follow" | "onProgress"> {
  /** Hears what is being asked. */
  readonly onQuestion?: (name: string) => void;
}

/** A page, and what it shows. */
export interface WrittenReport {
  /** The whole file. */
  readonly html: string;
  readonly captures: readonly CaptureReport[];
  /** What loading met: torn tails, damage. */
  readonly warnings: readonly string[];
}

/**
 * Reads one capture, or two to lay beside each other, and renders the page.
 *
 * @throws {RangeError} There is another number of them.
 * @throws {CaptureError} A path is no capture, or cannot be read.
 * @throws {QueryError} A question was refused, did not fit into the memory, or was cancelled.
 */
export async function writeReport(
  paths: readonly string[],
  options: WriteReportOptions = {},
): Promise<WrittenReport> {
  const { onQuestion, ...storeOptions } = options;
  await using store = await openStore(paths, storeOptions);
  const captures = await readReport(store, {
    ...(options.signal && { signal: options.signal }),
    ...(onQuestion && { onQuestion }),
  });
  return { html: await renderReport(captures), captures, warnings: store.warnings };
}
