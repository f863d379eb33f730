/**
 * The rings of a kernel driver, out of an image of the memory of a machine that has stopped, as a capture.
 *
 * @module
 */
import { join, resolve } from "@std/path";
import { checkCaptureFolder } from "../../capture/capture_folder.ts";
import { jsonInteger, timestamp } from "../../capture/capture_json.ts";
import type { RingTotals } from "../../capture/record_types.ts";
import { CaptureError } from "../../errors.ts";
import { freeName } from "../free_name.ts";
import { openSets } from "./open_sets.ts";
import { PAGE_BYTES } from "./page_source.ts";
import { momentOf, recordImage } from "./record_image.ts";
import type { AssembledRings, RingSet, SetSource } from "./set_source.ts";
import { makeSteps, type StepProgress } from "./steps.ts";

export type { StepProgress } from "./steps.ts";

/** What looking into an image can be told; see `listMemorySets`. */
export interface MemoryOptions {
  /** Gives up: nothing is left, and the signal's reason is thrown. */
  readonly signal?: AbortSignal;
  /** Hears how far it is. */
  readonly onProgress?: (progress: StepProgress) => void;
}

/** Options of `importMemory`. */
export interface MemoryImportOptions extends MemoryOptions {
  /** Folder that holds the captures; made when it is not there. */
  readonly dir: string;
  /** Name of the capture; default: that of the image, made unique. */
  readonly name?: string;
  /** Name of the ring set, or the first digits of its number; needed only where the image has several. */
  readonly set?: string;
}

/** A ring set in an image. */
export interface MemorySet {
  /** Its name. */
  readonly name: string;
  /** 32 hex digits that name it and no other. */
  readonly setId: string;
  /** `linux` or `windows`. */
  readonly os: string;
  /** When it was made, RFC 3339. */
  readonly made: string;
  /** Of memory. */
  readonly bytes: number;
  /** Rings, one for each processor; null where its header is gone. */
  readonly ringCount: number | null;
  /** Why its entries cannot be read, else null. */
  readonly problem: string | null;
}

/** What an image holds. */
export interface MemoryList {
  /** What it is: `ELF core`. */
  readonly form: string;
  /** Of the kernel, else "". */
  readonly release: string;
  /** When the kernel crashed, by its own word, RFC 3339; else null. */
  readonly crashed: string | null;
  /** Those that can be read first. */
  readonly sets: readonly MemorySet[];
  /** What takes something from them. */
  readonly warnings: readonly string[];
}

/** What was imported. */
export interface MemoryImportResult extends RingTotals {
  /** Name of the capture. */
  readonly name: string;
  /** Its folder. */
  readonly path: string;
  /** What the image is. */
  readonly form: string;
  /** Of the ring set. */
  readonly set: string;
  /** Stored. */
  readonly entries: number;
  /** Whether every processor's account adds up. */
  readonly balanced: boolean;
  /** Of the ring set's, those that the image does not have. */
  readonly missingPages: number;
  /** What keeps the numbers from being trusted. */
  readonly warnings: readonly string[];
}

const SYSTEMS: Readonly<Record<number, string>> = { 1: "linux", 2: "windows" };

/**
 * Lists the ring sets in an image of physical memory.
 *
 * @throws {CaptureError} It cannot be read, or has to be converted first; the message says how.
 */
export async function listMemorySets(image: string, options: MemoryOptions = {}): Promise<MemoryList> {
  const steps = makeSteps(options.signal, options.onProgress);
  using source = await openSets(image, steps);
  const { release, crashUnixNs } = source.facts;
  return {
    form: source.form,
    release,
    crashed: crashUnixNs === null ? null : momentOf(crashUnixNs),
    sets: source.sets.map(describe),
    warnings: source.warnings,
  };
}

/**
 * Makes a capture of a ring set in an image: raw memory, an ELF core (/proc/vmcore, QEMU), LiME's, a kdump-compressed one, flattened or
 * not, or a dump of Windows. What no writer had committed when the machine stopped is counted as abandoned; what lies on pages that the
 * image does not have is counted as corrupt. A minidump gives the newest entries, and a capture that is not complete.
 *
 * @throws {CaptureError} The image cannot be read, holds no such ring set, or the capture cannot be written; nothing is left of it then.
 */
export async function importMemory(image: string, options: MemoryImportOptions): Promise<MemoryImportResult> {
  const { dir, name, signal } = options;
  await checkCaptureFolder(dir, name);
  const steps = makeSteps(signal, options.onProgress);
  using source = await openSets(image, steps);
  const set = chooseSet(image, source, options.set);
  await makeFolder(dir);
  const path = join(dir, `.ringscope-import-${crypto.getRandomValues(new Uint8Array(6)).toHex()}.rings`);
  using rings = await set.assemble(path, steps);
  const recorded = await recordImage({
    rings: path,
    image: resolve(image),
    dir,
    name: name ?? await freeName(dir, image),
    driver: SYSTEMS[set.os] ?? "unknown",
    origin: originOf(image, source, set, rings),
    isWhole: rings.isWhole,
    range: { madeUnixNs: set.madeUnixNs, crashUnixNs: source.facts.crashUnixNs },
    settings: { set: options.set ?? null, format: "parquet" },
    warnings: [...source.warnings, ...rings.warnings],
    ...(signal !== undefined && { signal }),
  });
  return { ...recorded, form: source.form, set: set.name, missingPages: rings.missingPages };
}

type ReadableSet = RingSet & { readonly header: NonNullable<RingSet["header"]> };

function chooseSet(image: string, { sets, form }: SetSource, wanted: string | undefined): ReadableSet {
  const refuse = (found: string) => new CaptureError(`import ${image}: ${found}`);
  if (sets.length === 0) {
    throw refuse(
      `it holds no ring set (it was read as ${form}): the driver was not loaded there, the image lacks the kernel's memory, ` +
        `or it is of a form that is not known`,
    );
  }
  const named = wanted === undefined
    ? sets
    : sets.filter(({ name, setId }) =>
      name === wanted || (wanted.length >= 4 && setId.startsWith(wanted.toLowerCase()))
    );
  if (named.length === 0) throw refuse(`it holds no ring set "${wanted}"; it has ${namesOf(sets)}`);
  const readable = named.filter((set): set is ReadableSet => set.header !== null && set.problem === null);
  const [only, second] = readable;
  if (only === undefined) {
    throw refuse(`the ring set ${namesOf(named.slice(0, 1))} cannot be read: ${named[0]!.problem}`);
  }
  if (second === undefined) return only;
  throw refuse(`it holds ${readable.length} ring sets: ${namesOf(readable)}; choose one with --set`);
}

function namesOf(sets: readonly RingSet[]): string {
  return sets.map(({ name, setId }) => `"${name}" (${setId.slice(0, 8)})`).join(", ");
}

async function makeFolder(dir: string): Promise<void> {
  try {
    await Deno.mkdir(dir, { recursive: true });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CaptureError(`make the folder ${dir}: ${error.message}; choose another folder with --dir`, {
      cause: error,
    });
  }
}

function originOf(image: string, source: SetSource, set: ReadableSet, rings: AssembledRings) {
  const { release, host, arch, processors, crashUnixNs, bugCheck } = source.facts;
  const system = SYSTEMS[set.os] ?? "";
  return {
    host,
    os: `${system} ${release}`.trim(),
    arch,
    processors: processors ?? set.header.ringCount,
    source: {
      memory: {
        image: resolve(image),
        form: source.form,
        set: set.name,
        release: release === "" ? null : release,
        made: momentOf(set.madeUnixNs),
        crashed: crashUnixNs === null ? null : momentOf(crashUnixNs),
        bug_check: bugCheck,
        imported: timestamp(),
        pages: set.pageCount,
        zero_pages: rings.zeroPages,
        missing_pages: rings.missingPages - rings.damagedPages,
        damaged_pages: rings.damagedPages,
        ...(!rings.isWhole && { attempts_before: jsonInteger(rings.attemptsBefore) }),
      },
    },
  };
}

function describe(set: RingSet): MemorySet {
  return {
    name: set.name,
    setId: set.setId,
    os: SYSTEMS[set.os] ?? `unknown (${set.os})`,
    made: momentOf(set.madeUnixNs),
    bytes: set.pageCount * PAGE_BYTES,
    ringCount: set.header?.ringCount ?? null,
    problem: set.problem,
  };
}
