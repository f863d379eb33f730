import { join } from "@std/path";
import { FORMAT_VERSION, jsonInteger, timestamp } from "../capture/capture_json.ts";
import { replaceFile } from "../capture/durable_file.ts";
import type { RingCounters } from "../arrow/wire.ts";
import { CaptureError } from "../errors.ts";
import { VERSION } from "../version.ts";
import type { ImportFormat } from "./detect_format.ts";

/** What capture.json tells of an import. */
export interface ImportFacts {
  readonly id: string;
  readonly name: string;
  readonly complete: boolean;
  readonly file: string;
  readonly format: ImportFormat;
  /** The only machine that the log names; empty where it names none, or several. */
  readonly host: string;
  /** Unix times in ns; null where there is no entry yet. */
  readonly range: { readonly firstNs: bigint; readonly lastNs: bigint } | null;
  readonly records: number;
  readonly unread: number;
  readonly counters: readonly RingCounters[];
  readonly entries: bigint;
  readonly batches: number;
  readonly bytes: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

/**
 * Replaces the `capture.json` of an imported capture.
 *
 * @throws {CaptureError} It cannot be written.
 */
export async function writeImportJson(folder: string, facts: ImportFacts): Promise<void> {
  const path = join(folder, "capture.json");
  try {
    await replaceFile(path, `${JSON.stringify(importJson(facts), null, 2)}\n`);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
    throw new CaptureError(`write ${path}: ${error.message}`, { cause: error });
  }
}

function importJson(facts: ImportFacts): Record<string, unknown> {
  const { range } = facts;
  return {
    format_version: FORMAT_VERSION,
    id: facts.id,
    name: facts.name,
    complete: facts.complete,
    started: range === null ? null : momentOf(range.firstNs),
    stopped: range === null || !facts.complete ? null : momentOf(range.lastNs),
    host: facts.host,
    os: "",
    arch: "",
    processors: facts.counters.length,
    abi: "",
    driver: "import",
    version: VERSION,
    mode: "none",
    order: "index",
    clock: { kind: "unix_ns", ticks_per_second: "1000000000", anchors: [{ ticks: "0", unix_ns: "0" }] },
    source: {
      import: {
        format: facts.format,
        file: facts.file,
        imported: timestamp(),
        records: facts.records,
        unread: facts.unread,
      },
      ring_count: facts.counters.length,
      ring_bytes: 0,
    },
    settings: facts.settings,
    command_line: Deno.args,
    start_pending: 0,
    counters: facts.counters.map((ring) =>
      Object.fromEntries(Object.entries(ring).map(([name, value]) => [name, jsonInteger(value)]))
    ),
    entries: jsonInteger(facts.entries),
    batches: facts.batches,
    bytes: facts.bytes,
    warnings: facts.warnings,
  };
}

function momentOf(unixNs: bigint): string {
  return Temporal.Instant.fromEpochNanoseconds(unixNs).toString({ fractionalSecondDigits: 9 });
}
