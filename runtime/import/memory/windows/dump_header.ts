/**
 * The first page of a kernel dump of 64-bit Windows: DUMP_HEADER64.
 *
 * Microsoft documents the names of its fields and their order (Win32 metadata, Windows.Win32.System.Diagnostics.Debug.DUMP_HEADER64) and
 * no offsets. These are the ones that its alignment gives and that free readers of such dumps use: Volatility's and Rekall's crashdump.py,
 * 0vercl0k/kdmp-parser, Rizin's dmp format; Schuster, "64bit Crash Dumps" (computer.forensikblog.de, 2008).
 *
 * @module
 */
import { CaptureError } from "../../../errors.ts";
import { type ImageBytes, readBytes } from "../image_bytes.ts";
import { type MachineFacts, NO_FACTS } from "../page_source.ts";

/** Of the header. Pages, or what tells of them, follow. */
export const HEADER_BYTES = 0x2000;

const SIGNATURE = "PAGEDU64";
/** What stands in a field that the writer has not filled: "PAGE". */
const UNFILLED = 0x45474150;
/** Of a bug check. */
const PARAMETERS = 4;
/** FILETIME counts 100 ns from 1601 on; this many are between it and 1970. */
const FILETIME_OF_1970 = 116_444_736_000_000_000n;
/** The year 2262, where 63 bits of ns end. */
const UNIX_NS_MAX = 2n ** 63n - 1n;
/** IMAGE_FILE_MACHINE_AMD64 and _ARM64. */
const MACHINES: Readonly<Record<number, string>> = { 0x8664: "x86_64", 0xaa64: "aarch64" };

const at = {
  /** The build of Windows (MinorVersion). */
  build: 0x0c,
  machine: 0x30,
  processors: 0x34,
  bugCheck: 0x38,
  bugCheckParameters: 0x40,
  memoryRuns: 0x88,
  dumpType: 0xf98,
  systemTime: 0xfa8,
} as const;

/** PHYSICAL_MEMORY_DESCRIPTOR64: the number of runs (u32), at 8 that of pages (u64), then runs of first frame and pages (u64, u64). */
export const memoryRuns = {
  at: at.memoryRuns,
  count: 0,
  pages: 8,
  runs: 16,
  runBytes: 16,
  bytes: 700,
} as const;

/** What is used of it. */
export interface DumpHeader {
  /** DumpType: what follows the header; see windows_dump.ts. */
  readonly type: number;
  readonly facts: MachineFacts;
  /** All of it. */
  readonly view: DataView<ArrayBuffer>;
}

/** Whether the first bytes are those of a dump of 64-bit Windows. */
export function isWindowsDump(head: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(head.subarray(0, SIGNATURE.length)) === SIGNATURE;
}

/** @throws {CaptureError} It is cut short, or of another kind of machine. */
export function readDumpHeader(bytes: ImageBytes): DumpHeader {
  const refuse = (found: string) => new CaptureError(`import ${bytes.name}: ${found}`);
  const head = readBytes(bytes, 0, HEADER_BYTES);
  if (head === null) throw refuse("it is a memory dump of Windows and cut short within its header");
  const view = new DataView(head.buffer);
  const machine = view.getUint32(at.machine, true);
  const arch = MACHINES[machine];
  if (arch === undefined) {
    throw refuse(
      `it is a memory dump of Windows on a machine of the kind 0x${
        machine.toString(16)
      }; the rings are those of x86_64 and aarch64`,
    );
  }
  return { type: view.getUint32(at.dumpType, true), facts: factsOf(view, arch), view };
}

function factsOf(view: DataView, arch: string): MachineFacts {
  const build = view.getUint32(at.build, true), processors = view.getUint32(at.processors, true);
  return {
    ...NO_FACTS,
    release: build === 0 || build === UNFILLED ? "" : `build ${build}`,
    arch,
    processors: processors > 0 && processors < 65536 ? processors : null,
    crashUnixNs: momentOf(view.getBigUint64(at.systemTime, true)),
    bugCheck: bugCheckOf(view),
  };
}

function momentOf(filetime: bigint): bigint | null {
  const unixNs = (filetime - FILETIME_OF_1970) * 100n;
  return unixNs > 0n && unixNs <= UNIX_NS_MAX ? unixNs : null;
}

/** As the debugger's `.bugcheck` shows it; null for a dump of a system that went on. */
function bugCheckOf(view: DataView): string | null {
  const code = view.getUint32(at.bugCheck, true);
  if (code === 0 || code === UNFILLED) return null;
  const parameters = Array.from(
    { length: PARAMETERS },
    (_, n) => `0x${view.getBigUint64(at.bugCheckParameters + 8 * n, true).toString(16)}`,
  );
  return `0x${code.toString(16).padStart(8, "0")} (${parameters.join(", ")})`;
}
