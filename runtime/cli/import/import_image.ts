/**
 * `import --memory`: what is shown of the ring sets in an image of memory, and of the capture that is made of one.
 * @module
 */
import { relative } from "@std/path";
import {
  importMemory,
  listMemorySets,
  type MemoryImportResult,
  type MemoryList,
  type StepProgress,
} from "../../import/memory/import_memory.ts";
import { formatCount, formatShare, formatSize } from "../format_number.ts";
import { printable } from "../format_value.ts";
import { print, printNote, printWarning } from "../output.ts";
import type { createStatusLine } from "../status_line.ts";

interface Shown {
  readonly json: boolean;
  readonly quiet: boolean;
}

interface Running {
  readonly status: ReturnType<typeof createStatusLine>;
  readonly signal: AbortSignal;
}

const PHASES = { index: "indexing", scan: "looking for rings", collect: "collecting pages" } as const;

/** Imports the rings and says so. */
export async function importImage(
  image: string,
  given: Shown & {
    readonly dir: string;
    readonly name: string | undefined;
    readonly set: string | undefined;
  },
  { status, signal }: Running,
): Promise<number> {
  const { dir, name, set } = given;
  const result = await importMemory(image, {
    dir,
    signal,
    onProgress: shower(status),
    ...(name !== undefined && { name }),
    ...(set !== undefined && { set }),
  });
  status.clear();
  await tellOf(result, given);
  return 0;
}

/** Shows what is in an image; 1 when nothing of it can be read. */
export async function listImage(
  image: string,
  { json, quiet }: Shown,
  { status, signal }: Running,
): Promise<number> {
  const list = await listMemorySets(image, { signal, onProgress: shower(status) });
  status.clear();
  if (!quiet) { for (const warning of list.warnings) printWarning(printable(warning)); }
  await print(json ? `${JSON.stringify(jsonOf(list), null, 2)}\n` : `${linesOf(image, list).join("\n")}\n`);
  return list.sets.some(({ problem }) => problem === null) ? 0 : 1;
}

function shower(status: Running["status"]): (progress: StepProgress) => void {
  return ({ phase, done, total }) =>
    status.show(`${PHASES[phase]} · ${formatSize(done)} · ${formatShare(done, total)}`);
}

async function tellOf(result: MemoryImportResult, { json, quiet }: Shown): Promise<void> {
  const { name, path, form, set, entries, lost, abandoned, balanced, missingPages, warnings } = result;
  if (!quiet) { for (const warning of warnings) printWarning(printable(warning)); }
  if (json) {
    const { missingPages: missing_pages, ...rest } = result;
    await print(`${JSON.stringify({ ...rest, missing_pages }, null, 2)}\n`);
    return;
  }
  if (quiet) return;
  const others = lost - abandoned;
  const parts = [
    `${name}: ${formatCount(entries)} entries of the ring set "${printable(set)}" from ${form}`,
    ...(abandoned > 0
      ? [`${formatCount(abandoned)} more ${abandoned === 1 ? "was" : "were"} being written when it stopped`]
      : []),
    others === 0 ? "none lost" : `${formatCount(others)} lost`,
    ...(missingPages > 0 ? [`${formatCount(missingPages)} pages missing`] : []),
    ...(balanced ? [] : ["the account does not add up"]),
  ];
  await print(`${parts.join("; ")}\n`);
  const near = relative(Deno.cwd(), path);
  printNote(near.startsWith("..") ? path : near);
}

function jsonOf({ form, release, crashed, sets, warnings }: MemoryList) {
  return {
    form,
    release,
    crashed,
    sets: sets.map(({ name, setId, os, made, bytes, ringCount, problem }) => ({
      name,
      set_id: setId,
      os,
      made,
      bytes,
      ring_count: ringCount,
      problem,
    })),
    warnings,
  };
}

/** Of the machine that stopped, as people write it; "" where no set tells. */
function systemOf(sets: MemoryList["sets"]): string {
  const names: Readonly<Record<string, string>> = { linux: "Linux", windows: "Windows" };
  return names[sets[0]?.os ?? ""] ?? "";
}

function linesOf(image: string, { form, release, crashed, sets }: MemoryList): string[] {
  const facts = [
    form,
    release && `${systemOf(sets)} ${release}`.trim(),
    crashed !== null && `crashed ${crashed}`,
  ].filter(
    Boolean,
  );
  const lines = sets.map(({ name, setId, made, bytes, ringCount, problem }) => {
    const rings = ringCount === null ? "" : `, ${ringCount} rings`;
    return `  ${printable(name)}  ${setId.slice(0, 8)}  ${formatSize(bytes)}${rings}, made ${made}${
      problem === null ? "" : `: ${problem}`
    }`;
  });
  return [`${image}: ${facts.join(", ")}`, ...(lines.length > 0 ? lines : ["  no ring set"])];
}
