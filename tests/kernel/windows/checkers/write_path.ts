/**
 * What the objects of the Windows driver's write path may need from outside: a write can come at any IRQL, where nothing else may be
 * called.
 * @module
 */
import { join } from "@std/path";
import { runTool } from "../../linux/harness/guest_error.ts";
import { findForbiddenSymbols, type Nm } from "../../object_symbols.ts";

/** The Debian package of the tools that look into objects. */
const BINUTILS = "binutils-mingw-w64-x86-64";
/** Where Microsoft's documents of kernel functions stand. */
const DDI = "https://learn.microsoft.com/windows-hardware/drivers/ddi";

/** A function of the system's, and the document that says at which IRQL it may be called. */
export interface Allowed {
  readonly document: string;
  /** What stands there under "IRQL". */
  readonly irql: string;
  /** Why that is enough, where it is not any. */
  readonly because?: string;
}

/** Below DISPATCH_LEVEL the write path guards itself before it reads what may be pageable, and nowhere else. */
const GUARD = "called only where rs_win_irql() is below DISPATCH_LEVEL (producer.c)";

/** Every symbol that the write path may take from the system. */
export const ALLOWED: Readonly<Record<string, Allowed>> = {
  memcpy: {
    document: `${DDI}/wdm/nf-wdm-rtlcopymemory`,
    irql: "Any level (See Remarks section)",
    because: "above APC_LEVEL both sides are nonpaged: the rings, the slots, what the caller promises",
  },
  memset: { document: `${DDI}/wdm/nf-wdm-rtlfillmemory`, irql: "Any level", because: "on the stack only" },
  __imp_KeGetCurrentProcessorNumberEx: {
    document: `${DDI}/wdm/nf-wdm-kegetcurrentprocessornumberex`,
    irql: "Any level",
  },
  __imp_PsGetCurrentProcessId: { document: `${DDI}/ntddk/nf-ntddk-psgetcurrentprocessid`, irql: "Any level" },
  __imp_PsGetCurrentThreadId: { document: `${DDI}/ntddk/nf-ntddk-psgetcurrentthreadid`, irql: "Any level" },
  __imp_KeQueryPerformanceCounter: {
    document: `${DDI}/wdm/nf-wdm-kequeryperformancecounter`,
    irql: "Any level",
  },
  __imp_KeEnterCriticalRegion: {
    document: `${DDI}/ntddk/nf-ntddk-keentercriticalregion`,
    irql: "<= APC_LEVEL",
    because: GUARD,
  },
  __imp_KeLeaveCriticalRegion: {
    document: `${DDI}/ntddk/nf-ntddk-keleavecriticalregion`,
    irql: "<= APC_LEVEL",
    because: GUARD,
  },
  rs_ringset_has_sites: {
    document: "driver/core/ringset.c",
    irql: "Any level",
    because: "arithmetic; of rs_site_table_at, which is called when a set is made",
  },
  __ImageBase: { document: "the linker's: an address", irql: "Any level" },
};

/** The objects that a write can come by, by their names without ending. */
export const WRITE_PATH: readonly string[] = [
  "calls",
  "compat",
  "debug_print",
  "entries",
  "format",
  "producer",
  "ring",
  "site",
  "site_bind",
  "site_event",
  "site_format",
  "site_known",
  "site_rules",
  "site_text",
  "write",
];

/** A line of `-fstack-usage`. */
export interface StackUse {
  readonly name: string;
  readonly bytes: number;
  /** Known to the compiler: `static`. */
  readonly isFixed: boolean;
}

/** The stack of each function of an object. */
export async function readStackUse(objects: string, name: string): Promise<StackUse[]> {
  const text = await Deno.readTextFile(join(objects, `${name}.su`));
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const [place = "", bytes = "", kind = ""] = line.split("\t");
    return { name: place.split(":").at(-1) ?? "", bytes: Number(bytes), isFixed: kind === "static" };
  });
}

/** Lists the symbols of the driver's objects. */
export const NM: Nm = { program: "x86_64-w64-mingw32-nm", package: BINUTILS };

/**
 * What those objects need that none of them gives and the list does not allow. What the driver's other files define is not the write
 * path's: a call of it would be a way out.
 */
export async function findForbidden(objects: string, names: readonly string[]): Promise<string[]> {
  const paths = names.map((name) => join(objects, `${name}.o`));
  return await findForbiddenSymbols(NM, paths, (name) => Object.hasOwn(ALLOWED, name));
}

/** Instructions that need the processor's floating point or vector registers, as `address: instruction`. */
export async function findFloatingPoint(object: string): Promise<string[]> {
  const listed = await text(["x86_64-w64-mingw32-objdump", "-d", "--no-show-raw-insn", object]);
  return listed.split("\n").filter((line) =>
    /%[xyz]mm\d|%mm\d|%st\b|\tf(?:ld|st|add|mul|sub|div)\w*\b/.test(line)
  )
    .map((line) => line.trim());
}

/** Names of an object's sections. */
export async function readSectionNames(object: string): Promise<string[]> {
  const listed = await text(["x86_64-w64-mingw32-objdump", "-h", object]);
  return [...listed.matchAll(/^ +\d+ (\S+)/gm)].map(([, name = ""]) => name);
}

/** Functions of an image that have unwind data, by their number in `.pdata`. */
export async function countUnwindEntries(image: string): Promise<number> {
  const listed = await text(["x86_64-w64-mingw32-objdump", "-h", image]);
  const bytes = /^ +\d+ \.pdata +([0-9a-f]+)/m.exec(listed)?.[1] ?? "0";
  return Math.floor(parseInt(bytes, 16) / 12);
}

async function text(words: readonly string[]): Promise<string> {
  const [program = "", ...args] = words;
  return new TextDecoder().decode(
    await runTool([program, ...args], `look into ${args.at(-1)}`, { package: BINUTILS }),
  );
}
