/**
 * The options that choose entries, the engine and its memory: the same for every command that asks captures.
 *
 * @module
 */
import { CliError } from "../../errors.ts";
import { LEVELS, severityOf } from "../../log_entry.ts";
import type { EntrySelection } from "../../store/entry_selection.ts";
import { readCaptureInfo } from "../../store/folder.ts";
import type { OpenStoreOptions } from "../../store/store.ts";
import { choice, optionalChoice, type OptionValues, value } from "../command.ts";
import { parseSize } from "../parse_size.ts";
import { parseMoment, resolveMoment } from "./parse_moment.ts";
import { parseProcessors } from "./parse_processors.ts";

/** Which entries are looked at. */
export const selectOptions = {
  since: value(
    "--since <time>",
    "only entries written at this time or later: a time (UTC), 10m ago, or +5s",
    (given) => parseMoment(given),
  ),
  until: value("--until <time>", "only entries written before this time", (given) => parseMoment(given)),
  severity: optionalChoice("--severity <level>", "only entries at least as severe", LEVELS),
  processor: value("--processor <numbers>", "only of these processors: 0 or 0,2", parseProcessors),
};

/** Who answers, and with how much memory. */
export const engineOptions = {
  engine: choice(
    "--engine <engine>",
    "DuckDB-WASM, native DuckDB, or the first for what fits into the memory and else the second",
    ["auto", "wasm", "native"],
    "auto",
  ),
  memory: value("--memory <size>", "bytes that the engine may hold (default: 1GiB)", parseMemory),
};

/** The smallest memory in which an engine answers at all. */
const MEMORY_BYTES_MIN = 64 * 2 ** 20;

/** What a store of these captures is opened with. */
export async function storeOptions(
  given: OptionValues<typeof selectOptions> & OptionValues<typeof engineOptions>,
  paths: readonly string[],
): Promise<OpenStoreOptions> {
  const { engine, memory } = given;
  return {
    engine,
    ...(memory !== undefined && { memoryBytes: memory }),
    selection: await selectionOf(given, paths),
  };
}

async function selectionOf(
  { since, until, severity, processor }: OptionValues<typeof selectOptions>,
  paths: readonly string[],
): Promise<EntrySelection> {
  const startNs = since?.from === "start" || until?.from === "start" ? await startOf(paths) : 0n;
  const sinceNs = since && resolveMoment(since, startNs);
  const untilNs = until && resolveMoment(until, startNs);
  if (sinceNs !== undefined && untilNs !== undefined && untilNs <= sinceNs) {
    throw new CliError("--until is not after --since: there is nothing between them");
  }
  return {
    ...(sinceNs !== undefined && { sinceNs }),
    ...(untilNs !== undefined && { untilNs }),
    ...(severity !== undefined && { severity: severityOf(severity) }),
    ...(processor !== undefined && { processors: processor }),
  };
}

async function startOf(paths: readonly string[]): Promise<bigint> {
  const [path] = paths;
  if (path === undefined || paths.length > 1) {
    throw new CliError(`a time with + is after the beginning of one capture, and ${paths.length} are asked`);
  }
  const { started } = await readCaptureInfo(path);
  if (started === null) throw new CliError(`${path} does not say when it began: write the time itself`);
  return Temporal.Instant.from(started).epochNanoseconds;
}

function parseMemory(text: string): number {
  const bytes = parseSize(text);
  if (bytes < MEMORY_BYTES_MIN) throw new RangeError(`"${text}" is too little for an engine: at least 64MiB`);
  return bytes;
}
