/**
 * What a recording is asked for, what it tells while it runs, and what it ends with.
 * @module
 */
import type { Level } from "../log_entry.ts";
import type { KmsgStart } from "./kmsg.ts";
import type { LinuxOptions } from "./linux/linux_system.ts";
import type { WindowsOptions } from "./windows/windows_system.ts";

/** A program that is started and recorded. */
export interface RecordCommand {
  /** Path, or a name that is looked up in PATH. */
  readonly program: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** Added to this process's environment; RINGSCOPE_RINGS is set besides. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folder to start it in; default: this process's. */
  readonly cwd?: string;
  /**
   * Linux: record its file and network calls, and those of what it starts, by preloading a library. Programs that link
   * libringscope.so log themselves and are left alone. Default false.
   */
  readonly preload?: boolean;
  /** Where its standard output goes; "stderr" leaves ours to one JSON object. Default "inherit". */
  readonly stdout?: "inherit" | "stderr";
}

/**
 * What a recording wants of what is logged. A pattern is one of call sites: compared with the name of a typed event, or, with a colon in it,
 * with `file:line`, where `*` stands for any text and `?` for one byte. Texts and data have no call site, so no pattern matches them.
 */
export interface RecordFilter {
  /** Only what matches one of these, where there are any. */
  readonly only?: readonly string[];
  /** Nothing that matches one of these. */
  readonly exclude?: readonly string[];
  /** Only entries of this level and above. */
  readonly minSeverity?: Level;
}

/** Options of `record`. */
export interface RecordOptions {
  /** Folder that holds the captures; made when it is not there. */
  readonly dir: string;
  /** Name of the capture; default: `capture-YYYYMMDD-HHMMSS` in local time, made unique. */
  readonly name?: string;
  /** Ring set of a running program to attach to; default: a new one, gone at the end. */
  readonly rings?: string;
  /** Program to start and to record until it ends. */
  readonly command?: RecordCommand;
  /**
   * Linux: record the kernel's log (/dev/kmsg), beginning with what `dmesg` shows (`all`) or with what is logged from now on (`new`), into
   * one new ring. With `once` what the kernel holds is taken. Not together with a command, existing rings, mode or order.
   */
  readonly kmsg?: KmsgStart;
  /**
   * Record what modules of the Linux kernel log through the driver ringscope.ko, and the sources that it has itself: the set of this name
   * where there is one, else a new one that goes when the recording ends. A command is started meanwhile and not recorded itself. With `once`
   * what is in the set is taken. Not together with other rings.
   */
  readonly linux?: LinuxOptions;
  /** As `linux`, for the Windows kernel and its driver ringscope.sys. */
  readonly windows?: WindowsOptions;
  /** Bytes of each new ring, a power of two from 4 KiB to 1 GiB; default: min(4 MiB, ringMemory / rings). */
  readonly ringBytes?: number;
  /** Bytes of all new rings together; default 256 MiB. */
  readonly ringMemory?: number;
  /** What a full new ring does: refuse what comes, or let its oldest entries make room. Default "discard". */
  readonly mode?: "discard" | "overwrite";
  /**
   * What the entries of new rings are ordered by: one counter for all processors, or their clocks, which have to be invariant
   * and synchronous. Default "index".
   */
  readonly order?: "index" | "clock";
  /** When the entry of a writer that lives and stands still inside it is passed, in ms; default 1,000. */
  readonly stallMs?: number;
  /** Bytes for entries that wait for an earlier one while their rings go on; default 256 MiB. */
  readonly reorderBytes?: number;
  /** Bytes of the buffers between rings and disk; default 256 MiB. */
  readonly bufferBytes?: number;
  /** A segment of the folder that has grown to so many bytes is closed; default 256 MiB, or an eighth of `keepBytes`. */
  readonly segmentBytes?: number;
  /** A segment whose first entry is so old, in ms, is closed although it is small; default 10 min, or an eighth of `keepAgeMs`. */
  readonly segmentAgeMs?: number;
  /** The folder is kept below so many bytes, at least 64 MiB, by retiring its oldest closed segments; default: everything is kept. */
  readonly keepBytes?: number;
  /** Segments that were closed so many ms ago are retired, at least 1,000; default: never. */
  readonly keepAgeMs?: number;
  /** At most so many closed segments are kept; default: all. */
  readonly keepSegments?: number;
  /** How often what was written is forced to the disk, in ms; 0: at the end; default 5,000. */
  readonly syncMs?: number;
  /** How long a full disk is tried again before the recording is given up, in ms; default 5,000. */
  readonly fullDiskPatienceMs?: number;
  /**
   * What becomes of segments that are closed: Parquet, sealed beside the recording and after its end, or what they are. Default
   * "arrow".
   */
  readonly format?: "parquet" | "arrow";
  /** Leaves what is not sealed when the recording has ended as it is, which is whole; not an error. */
  readonly sealSignal?: AbortSignal;
  /** Ends the recording after this many ms; a command gets SIGTERM, and SIGKILL 5 s later. */
  readonly durationMs?: number;
  /** Takes what the rings, or the kernel's log, hold now and ends. Not together with a command. */
  readonly once?: boolean;
  /**
   * Ends the recording in order; not an error. A command gets SIGTERM, and SIGKILL 5 s later; with the reason "SIGINT"
   * it gets 5 s before that, since a terminal has sent it the same Ctrl-C.
   */
  readonly signal?: AbortSignal;
  /** Called about four times a second, and once at the end. */
  readonly onStatus?: (status: RecordStatus) => void;
  /**
   * Which entries become rows of the capture: default all. What is kept back acts on nothing else: it is read, counted as `filtered`, and its
   * space in the rings returned. Marks are always stored.
   */
  readonly filter?: RecordFilter;
  /**
   * Which reader takes the entries. Default: the native one; the one in TypeScript, with a warning, where there is no
   * library. It takes about a hundredth of what the native one takes.
   */
  readonly engine?: "native" | "typescript";
  /** Kept in capture.json. */
  readonly commandLine?: readonly string[];
}

/** How a recording is doing. */
export interface RecordStatus {
  /** What it is at. */
  readonly phase: "recording" | "finishing" | "sealing" | "done";
  /** Since the recording began. */
  readonly seconds: number;
  /** Taken from the rings, to be stored. */
  readonly entries: number;
  /** Taken from the rings and, as wished, not stored. */
  readonly filtered: number;
  /** Written to the folder. */
  readonly stored: number;
  /** Lost by every cause. */
  readonly lost: number;
  /** Entries whose writers stood still inside them. */
  readonly stalled: number;
  /** Written to the folder, in bytes. */
  readonly bytes: number;
  /** Entries that are written into sealed segments. */
  readonly sealed: number;
  /** How much of the buffers between rings and disk is in use. */
  readonly poolUsedBytes: number;
  /** What these buffers are in all, in bytes. */
  readonly poolBytes: number;
  /** What stops entries from being stored at this moment, such as a full disk. */
  readonly problem?: string;
}

/** The account of one ring or of all of them: attempts = read + discarded + lost + pending. */
export interface RingTotals {
  /** Calls that tried to log. */
  readonly attempts: number;
  /** Entries that the reader delivered. */
  readonly read: number;
  /** Taken back by their writers; not a loss. */
  readonly discarded: number;
  /** Sum of lost_full, overwritten, too_big, abandoned, corrupt, unstored and mixed. */
  readonly lost: number;
  /** Refused because the ring was full. */
  readonly lost_full: number;
  /** Made room for newer entries before they were read. */
  readonly overwritten: number;
  /** Larger than an entry may be. */
  readonly too_big: number;
  /** Their writers died before they committed them. */
  readonly abandoned: number;
  /** Failed the reader's validation. */
  readonly corrupt: number;
  /** Taken by an earlier capture that died before it stored them. */
  readonly unstored: number;
  /** Not yet committed when the recording ended. */
  readonly pending: number;
  /** Of those that were read, the ones that the filter kept out of the capture: wished, not lost. */
  readonly filtered: number;
  /** Certainly lost, by a cause that the counters cannot tell. */
  readonly mixed: number;
  /** How often writing began again at the start of the buffer. */
  readonly wraps: number;
  /** Passed entries that their writers finished later; they are among the abandoned. */
  readonly late: number;
  /** Entries that were passed because their writers stood still inside them; they are among the abandoned. */
  readonly stalled: number;
}

/** The account of one processor's ring. */
export interface ProcessorResult extends RingTotals {
  /** Whose ring. */
  readonly processor: number;
  /** Entries read in each second of the recording. */
  readonly rate: number;
}

/** What a recording ended with. */
export interface RecordResult extends RingTotals {
  /** Name of the capture. */
  readonly name: string;
  /** The capture folder. */
  readonly path: string;
  /** Everything that was read is on disk, and the account is final. When false, `warnings` say why. */
  readonly complete: boolean;
  /** From the beginning until the recording was stopped. */
  readonly seconds: number;
  /** Entries that were stored. */
  readonly entries: number;
  /** Of these, entries of segments that were retired to keep within the bounds. */
  readonly retiredEntries: number;
  /** Whether the account of every processor adds up, and everything that was read and not filtered is stored. */
  readonly balanced: boolean;
  /** Each processor's account. */
  readonly processors: readonly ProcessorResult[];
  /** What takes something from the numbers. */
  readonly warnings: readonly string[];
  /** What is worth knowing and takes nothing from the numbers. */
  readonly notes: readonly string[];
  /** How the command, or the reader of the kernel's log, ended: its code, or 128 + n and the signal's name. */
  readonly commandStatus?: { readonly code: number; readonly signal: string | null };
  /** Which reader took the entries. */
  readonly engine: "native" | "typescript";
}
