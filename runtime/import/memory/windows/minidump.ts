/**
 * Minidumps of the kernel, which have none of its memory: the ring sets in what the driver has added to them.
 *
 * @module
 */
import { CaptureError } from "../../../errors.ts";
import { readSetHeader, type SetHeader } from "../../../reader/set_header.ts";
import { type ImageBytes, readBytes } from "../image_bytes.ts";
import { PAGE_BYTES } from "../page_source.ts";
import type { RingSet, SetSource } from "../set_source.ts";
import type { Steps } from "../steps.ts";
import { fixedText } from "../vmcoreinfo.ts";
import { isWindowsDump, readDumpHeader } from "./dump_header.ts";
import { assembleMinidumpSet, type MinidumpSet } from "./minidump_set.ts";
import { findSecondaryBlob, RecordKind, type SecondaryBlob, type SecondaryRecord } from "./secondary_blob.ts";
import { DumpType } from "./windows_dump.ts";

const HEAD_BYTES = 8;
/** Of the set's first page, and of its name, in the record of a set. */
const SET_HEADER_BYTES = 512, NAME_BYTES = 32;
/** Twice what a list of locked pages of Windows can hold: the driver makes no larger set. */
const SET_BYTES_MAX = 2 ** 33;

/** Whether it is a dump of 64-bit Windows without memory. */
export function isMinidump(bytes: ImageBytes): boolean {
  const head = readBytes(bytes, 0, HEAD_BYTES);
  return head !== null && isWindowsDump(head) && readDumpHeader(bytes).type === DumpType.triage;
}

/**
 * Reads the ring sets that a minidump holds; nothing of `bytes` is needed afterwards.
 *
 * @throws {CaptureError} There are none.
 */
export async function openMinidump(bytes: ImageBytes, steps: Steps): Promise<SetSource> {
  const { facts } = readDumpHeader(bytes);
  const blob = await findSecondaryBlob(bytes, steps);
  const sets = blob === null || typeof blob === "string" ? [] : setsOf(blob);
  if (sets.length === 0) {
    const found = blob === null
      ? "the driver was not loaded, or could not add its rings"
      : typeof blob === "string"
      ? `what the driver has added is ${blob}`
      : "the driver found no room in it for its rings, or had none";
    throw new CaptureError(
      `import ${bytes.name}: it is a minidump of Windows, which holds no memory, and ${found}; ` +
        "let Windows write kernel dumps to have all of the rings",
    );
  }
  return {
    form: "Windows minidump",
    facts,
    sets: sets.toSorted((a, b) =>
      Number(a.problem !== null) - Number(b.problem !== null) ||
      (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
    ),
    warnings: [],
    [Symbol.dispose]: () => {},
  };
}

function setsOf({ records, os }: SecondaryBlob): RingSet[] {
  return records.filter(({ kind }) => kind === RecordKind.set).map((record) => {
    const { header, problem } = readHeader(record);
    const others = records.filter(({ set, kind }) => set === record.set && kind !== RecordKind.set);
    const set = { record, others };
    return {
      name: fixedText(record.data.subarray(SET_HEADER_BYTES, SET_HEADER_BYTES + NAME_BYTES)),
      setId: header?.setId.toHex() ?? "",
      totalBytes: header?.totalBytes ?? 0,
      pageCount: (header?.totalBytes ?? 0) / PAGE_BYTES,
      madeUnixNs: BigInt.asIntN(64, record.a),
      os,
      header,
      problem,
      assemble: (path: string) => Promise.resolve(assembleMinidumpSet(withHeader(set, header), path)),
    };
  });
}

function withHeader(set: Omit<MinidumpSet, "header">, header: SetHeader | null): MinidumpSet {
  if (header === null) throw new TypeError("a set without a header cannot be put together");
  return { ...set, header };
}

function readHeader({ data }: SecondaryRecord): { header: SetHeader | null; problem: string | null } {
  try {
    const header = readSetHeader(data.subarray(0, SET_HEADER_BYTES), SET_BYTES_MAX, "the ring set");
    return { header, problem: null };
  } catch (error) {
    if (!(error instanceof Error) || error instanceof CaptureError) throw error;
    return { header: null, problem: error.message.replace(/^cannot read the ring set: /, "") };
  }
}
