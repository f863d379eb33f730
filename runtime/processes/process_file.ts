/**
 * `processes/processes.ndjson` of a capture folder: one object a line, each a process or thread as it was known then. The last line of
 * one counts, so that nothing but appending is needed while recording; the form is told in runtime/capture/README.md.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import { replaceFile } from "../capture/durable_file.ts";

/** What is known of a process that writes. */
export interface ProcessRecord {
  readonly kind: "process";
  readonly pid: number;
  /** Its start in the unit of its system: with `pid` its identity; null where it is not known. */
  readonly born: string | null;
  readonly name: string | null;
  readonly path: string | null;
  readonly command_line: string | null;
  readonly parent_pid: number | null;
  /** Unix times in ns. */
  readonly start_ns: string | null;
  readonly end_ns: string | null;
}

/** What is known of a thread that writes. */
export interface ThreadRecord {
  readonly kind: "thread";
  readonly tid: number;
  readonly pid: number;
  /** Of its process. */
  readonly born: string | null;
  readonly name: string | null;
  readonly start_ns: string | null;
  readonly end_ns: string | null;
}

/** A line of the file. */
export type WriterRecord = ProcessRecord | ThreadRecord;

/** The path of the file. */
export function processFile(folder: string): string {
  return join(folder, "processes", "processes.ndjson");
}

/** What names the process or thread of a line. A thread's number is given out again within a process, so its start belongs to it. */
export function recordKey(record: WriterRecord): string {
  const process = `${record.pid} ${record.born}`;
  return record.kind === "process" ? process : `${process} ${record.tid} ${record.start_ns}`;
}

/** The lines of a file, the last one of each process and thread. What is no whole line is left out. */
export function parseRecords(text: string): WriterRecord[] {
  const records = new Map<string, WriterRecord>();
  for (const line of text.split("\n")) {
    const record = parseLine(line);
    if (record !== null) records.set(recordKey(record), record);
  }
  return [...records.values()];
}

/** Appends lines. After a write that failed, what follows begins with a line of its own. */
export class ProcessFile {
  readonly #path: string;
  #isTorn = false;

  /** Makes the folder `processes` in a capture folder; the file comes with the first line. */
  constructor(folder: string) {
    this.#path = processFile(folder);
    Deno.mkdirSync(dirname(this.#path), { recursive: true });
  }

  /** Appends, so that it survives the death of this process. */
  append(records: readonly WriterRecord[]): void {
    if (records.length === 0) return;
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    const before = this.#isTorn ? "\n" : "";
    this.#isTorn = true;
    Deno.writeTextFileSync(this.#path, before + text, { append: true });
    this.#isTorn = false;
  }

  /** Leaves only the last line of each, and nothing that ended before `ns`. Nothing may be appended meanwhile. */
  async forget(ns: bigint): Promise<void> {
    let text: string;
    try {
      text = await Deno.readTextFile(this.#path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    const kept = parseRecords(text).filter(({ end_ns }) => end_ns === null || BigInt(end_ns) >= ns);
    await replaceFile(this.#path, kept.map((record) => `${JSON.stringify(record)}\n`).join(""));
    this.#isTorn = false;
  }
}

function parseLine(line: string): WriterRecord | null {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof json !== "object" || json === null) return null;
  const found = json as Record<string, unknown>;
  const text = (key: string) => typeof found[key] === "string" ? found[key] as string : null;
  const digits = (key: string) => /^\d{1,19}$/.test(text(key) ?? "") ? text(key) : null;
  const uint32 = (key: string) => {
    const value = found[key];
    return typeof value === "number" && value === value >>> 0 ? value : null;
  };
  const pid = uint32("pid"), tid = uint32("tid");
  if (pid === null) return null;
  const common = {
    pid,
    born: digits("born"),
    name: text("name"),
    start_ns: digits("start_ns"),
    end_ns: digits("end_ns"),
  };
  if (found["kind"] === "thread" && tid !== null) return { kind: "thread", tid, ...common };
  if (found["kind"] !== "process") return null;
  return {
    kind: "process",
    ...common,
    path: text("path"),
    command_line: text("command_line"),
    parent_pid: uint32("parent_pid"),
  };
}
