/**
 * Watches who writes into the rings while they are recorded: names, starts and ends of processes and threads, as far as the system
 * shows them. Beside the recording and never in its way: what was too short to be seen is not known here.
 *
 * @module
 */
import { delay } from "@std/async";
import { processNamespace, type Writer } from "../reader/liveness.ts";
import { type ProcStat, readProcStat, readProgram, startTime } from "./proc_facts.ts";
import { ProcessFile, type ProcessRecord, type ThreadRecord, type WriterRecord } from "./process_file.ts";

/** How often the rings are asked who writes, in ms. */
const POLL_MS = 100;
/** Between the two stores of a writer that comes, its start is not known; after so many looks it never will be. */
const LOOKS_WITHOUT_START = 3;
/** So many of those that are known are asked for at each look whether they still run. */
const ASKED_AT_ONCE = 200;

interface Known {
  record: WriterRecord;
  /** Whether its numbers mean something here. */
  readonly isOurs: boolean;
  /** How often a process without a command line was asked again for one. */
  asked?: number;
}

/** So many looks later a process that has no command line has none. */
const LOOKS_WITHOUT_COMMAND_LINE = 3;

/** So many that a kernel's entries have spoken of are kept in mind. */
const SEEN_KEPT_MAX = 10_000;

/** What the numbers are that are watched. */
export interface WatchOptions {
  /**
   * They are those of a kernel's entries, without a start: somebody who is not among them may live, and who is there may have ended. Default:
   * the writers that stand in the rings.
   */
  readonly areSeen?: boolean;
}

/** What Linux calls the idle tasks of all processors, of which /proc says nothing. */
const IDLE_TASK = 0;
const IDLE_NAME = "swapper";

/** Keeps a capture's `processes/processes.ndjson`. */
export class ProcessWatch {
  readonly #file: ProcessFile;
  readonly #writers: () => readonly Writer[];
  readonly #areSeen: boolean;
  /** By pid, which process its last entry was found to be of. */
  readonly #seenKeys = new Map<number, string>();
  readonly #stopping = new AbortController();
  /** Those that have not ended. */
  readonly #known = new Map<string, Known>();
  /** Those that have ended, as long as they stand in the rings. */
  readonly #ended = new Set<string>();
  readonly #looksWithoutStart = new Map<string, number>();
  #news: WriterRecord[] = [];
  #forgetting: Promise<void> | null = null;
  #running: Promise<void> = Promise.resolve();
  #problem: string | null = null;

  /** Makes what is needed in the capture's folder; {@link start} begins. */
  constructor(folder: string, writers: () => readonly Writer[], options: WatchOptions = {}) {
    this.#file = new ProcessFile(folder);
    this.#writers = writers;
    this.#areSeen = options.areSeen ?? false;
  }

  /** What could not be written; else null. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Looks now and then. */
  start(): void {
    this.#running = this.#run();
  }

  /** Ends that, with a last look. */
  async finish(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#forgetting;
    this.look();
  }

  /** Notes a process that is known to run, whether it writes or not. */
  note(pid: number): void {
    const stat = readProcStat(pid);
    if (stat !== null) this.#noteProcess({ pid, tid: 0, start: stat.start, namespace: 0n });
    this.#write();
  }

  /** Leaves out what ended before `ns`, Unix time. */
  async forget(ns: bigint): Promise<void> {
    this.#forgetting = this.#file.forget(ns).catch((error) => this.#complain(error));
    await this.#forgetting;
    this.#forgetting = null;
  }

  /** Takes down who writes now, and who has ended. */
  look(): void {
    const present = new Set<string>();
    for (const writer of this.#writers()) {
      if (this.#areSeen) this.#noteSeen(writer);
      if (this.#areSeen || !this.#hasStart(writer)) continue;
      present.add(this.#noteProcess(writer)).add(this.#noteThread(writer));
    }
    if (this.#areSeen) this.#forgetSeen();
    else for (const key of this.#ended) if (!present.has(key)) this.#ended.delete(key);
    this.#noteEnds(present);
    this.#write();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.look();
      await delay(POLL_MS, { signal }).catch(() => {});
    }
  }

  /** An entry may be older than its thread's end: what /proc does not show any more has no name. */
  #noteSeen(writer: Writer): void {
    const { pid, tid } = writer;
    if (pid === IDLE_TASK) return this.#noteIdle();
    if (!isHere(writer)) return;
    let key = this.#seenKeys.get(pid);
    let start = this.#known.get(key ?? "")?.record.born ?? null;
    if (start === null) {
      const stat = readProcStat(pid);
      if (stat === null) return;
      start = String(stat.start);
      key = this.#noteProcess({ ...writer, start: stat.start });
      this.#seenKeys.set(pid, key);
    }
    if (this.#known.has(`${key} ${tid}`) || readProcStat(pid, tid) === null) return;
    // A thread's number is given out again within its process.
    this.#ended.delete(`${key} ${tid}`);
    this.#noteThread({ ...writer, start: BigInt(start) });
  }

  /** For weeks: what is looked up once more says the same. */
  #forgetSeen(): void {
    if (this.#ended.size > SEEN_KEPT_MAX) this.#ended.clear();
    if (this.#seenKeys.size > SEEN_KEPT_MAX) this.#seenKeys.clear();
  }

  #noteIdle(): void {
    const key = processKey({ pid: IDLE_TASK, tid: IDLE_TASK, start: 0n, namespace: 0n });
    if (this.#known.has(key)) return;
    this.#add(key, false, { record: { ...describe(IDLE_TASK, 0n, null), name: IDLE_NAME }, isOurs: false });
  }

  #hasStart({ pid, tid, start }: Writer): boolean {
    if (start !== 0n) return true;
    const key = `${pid} ${tid}`, looks = (this.#looksWithoutStart.get(key) ?? 0) + 1;
    this.#looksWithoutStart.set(key, looks);
    return looks > LOOKS_WITHOUT_START;
  }

  #noteProcess(writer: Writer): string {
    const { pid, start } = writer, key = processKey(writer);
    if (this.#known.has(key) || this.#ended.has(key)) return key;
    const isOurs = isHere(writer);
    const found = isOurs ? readProcStat(pid) : null;
    const stat = found !== null && (start === 0n || found.start === start) ? found : null;
    this.#add(key, isOurs && stat === null, { record: describe(pid, start, stat), isOurs });
    return key;
  }

  #noteThread(writer: Writer): string {
    const { pid, tid, start } = writer, key = `${processKey(writer)} ${tid}`;
    if (this.#known.has(key) || this.#ended.has(key)) return key;
    const isOurs = isHere(writer);
    const stat = isOurs ? readProcStat(pid, tid) : null;
    const record: ThreadRecord = {
      kind: "thread",
      tid,
      pid,
      born: start === 0n ? null : String(start),
      name: stat?.name ?? null,
      start_ns: textOf(stat === null ? null : startTime(stat.start)),
      end_ns: null,
    };
    this.#add(key, isOurs && stat === null, { record, isOurs });
    return key;
  }

  /** One that is gone when it is first seen ended at a time that nobody knows. */
  #add(key: string, isGone: boolean, known: Known): void {
    if (isGone) this.#ended.add(key);
    else this.#known.set(key, known);
    this.#news.push(known.record);
  }

  #noteEnds(present: ReadonlySet<string>): void {
    let asked = 0;
    for (const [key, known] of [...this.#known]) {
      const { record } = known;
      // A thread that has left the rings has ended, unless nothing of it can be known.
      const hasLeft = record.kind === "thread" && !this.#areSeen && !present.has(key);
      if (!known.isOurs && !hasLeft) continue;
      if (!hasLeft && ++asked > ASKED_AT_ONCE) break;
      // Asked for again at its turn.
      this.#known.delete(key);
      const now = hasLeft ? null : this.#statOf(record);
      if (now === null || now.hasEnded) {
        this.#ended.add(key);
        this.#news.push({ ...record, end_ns: String(Temporal.Now.instant().epochNanoseconds) });
        continue;
      }
      this.#known.set(key, known);
      if (now.name === record.name && !this.#hasLateCommandLine(known)) continue;
      known.record = record.kind === "process"
        ? { ...describe(record.pid, BigInt(record.born ?? 0), now), start_ns: record.start_ns }
        : { ...record, name: now.name };
      this.#news.push(known.record);
    }
  }

  /** The kernel gives a process that executes a program its name before its command line; its own threads never have one. */
  #hasLateCommandLine(known: Known): boolean {
    const { record, asked = 0 } = known;
    if (record.kind === "thread" || record.command_line !== null || asked === LOOKS_WITHOUT_COMMAND_LINE) {
      return false;
    }
    known.asked = asked + 1;
    return readProgram(record.pid).commandLine !== null;
  }

  #statOf(record: WriterRecord): ProcStat | null {
    const stat = record.kind === "process" ? readProcStat(record.pid) : readProcStat(record.pid, record.tid);
    const isAnother = record.kind === "process" && record.born !== null &&
      stat?.start !== BigInt(record.born);
    return isAnother ? null : stat;
  }

  #write(): void {
    if (this.#forgetting !== null) return;
    try {
      this.#file.append(this.#news);
      this.#news = [];
      this.#problem = null;
    } catch (error) {
      this.#complain(error);
    }
  }

  #complain(error: unknown): void {
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
    this.#problem = `write who logs into processes/processes.ndjson: ${error.message}`;
  }
}

/** What can be said of a process; `stat` is null where the system does not show it. */
function describe(pid: number, start: bigint, stat: ProcStat | null): ProcessRecord {
  const { path, commandLine } = stat === null ? { path: null, commandLine: null } : readProgram(pid);
  const born = stat?.start ?? start;
  return {
    kind: "process",
    pid,
    born: born === 0n ? null : String(born),
    name: stat?.name ?? null,
    path,
    command_line: commandLine,
    parent_pid: stat?.parentPid ?? null,
    start_ns: textOf(stat === null ? null : startTime(stat.start)),
    end_ns: null,
  };
}

function processKey({ pid, start }: Writer): string {
  return `${pid} ${start}`;
}

/** Numbers of another container say nothing here. */
function isHere({ namespace }: Writer): boolean {
  return namespace === 0n || namespace === processNamespace();
}

function textOf(ns: bigint | null): string | null {
  return ns === null ? null : String(ns);
}
