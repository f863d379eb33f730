/**
 * One recording while it runs: the engine, the program, the wish to stop, and the account at the end.
 * @module
 */
import { imbalances, isBalanced, lostOf, processorResults, rowsOf, totalsOf } from "./account.ts";
import { type CaptureFacts, type ClockAnchor, timestamp, writeCaptureJson } from "./capture_json.ts";
import type { ChildCommand, CommandStatus } from "./child_command.ts";
import type { CaptureCounters, CaptureEngine, EngineSettings } from "./engine.ts";
import type { KernelRings } from "./kernel/kernel_rings.ts";
import { Pace } from "./pace.ts";
import type { RecordOptions, RecordResult, RecordStatus } from "./record_types.ts";
import { LEVELS } from "../log_entry.ts";
import { ProcessWatch } from "../processes/process_watch.ts";
import { isKernel } from "../reader/owners.ts";
import { NOTHING_RETIRED, type Retired } from "../retain/retired.ts";
import { Retainer } from "../retain/retainer.ts";
import { SegmentClaims } from "../retain/segment_claims.ts";
import { Sealer } from "../seal/sealer.ts";
import { hasOpenSegments } from "../seal/segment_paths.ts";
import { WriteCostKeeper } from "./write_cost.ts";

const STATUS_INTERVAL_MS = 250;
/** How long a program that got Ctrl-C from the terminal may take before it gets SIGTERM, in ms. */
const INTERRUPT_PATIENCE_MS = 5_000;

/** What a recording works with. */
export interface RecordingParts {
  readonly options: RecordOptions;
  readonly settings: EngineSettings;
  readonly engine: CaptureEngine;
  /** Path of the ring set. */
  readonly rings: string;
  /** The set of a kernel driver; null where none is recorded. */
  readonly kernel: KernelRings | null;
  readonly folder: { readonly name: string; readonly path: string };
  /** Starts the program whose end is the recording's; null where there is none. */
  readonly start: (() => ChildCommand) | null;
  readonly warnings: readonly string[];
}

type Cause = "command" | "stop" | "given up";

/** A recording; {@link Recording.begin}, then {@link Recording.run}. */
export class Recording {
  readonly #parts: RecordingParts;
  readonly #id = crypto.randomUUID();
  #started = timestamp();
  #startedMs = performance.now();
  readonly #anchors: ClockAnchor[] = [];
  readonly #warnings: string[];
  readonly #notes: string[] = [];
  readonly #pace: Pace;
  #child: ChildCommand | null = null;
  #watch: ProcessWatch | null = null;
  readonly #cost: WriteCostKeeper;
  #sealer: Sealer | null = null;
  #retainer: Retainer | null = null;
  #isSealing = false;
  #retired = NOTHING_RETIRED;
  #stopped: string | null = null;
  #isComplete = false;
  #writing: Promise<void> = Promise.resolve();
  #secondsAtStop: number | null = null;

  constructor(parts: RecordingParts) {
    this.#parts = parts;
    this.#warnings = [...parts.warnings];
    this.#pace = new Pace(parts.engine);
    this.#cost = new WriteCostKeeper(parts.folder.path, parts.engine);
  }

  /**
   * Writes the first capture.json, starts the workers, starts the program.
   *
   * @throws {CommandError | CaptureError | DriverError} One of them failed; then {@link keep} says whether something was recorded.
   */
  async begin(): Promise<void> {
    const { options, settings, engine, folder, start } = this.#parts;
    this.#started = timestamp();
    this.#startedMs = performance.now();
    this.#noteStart();
    // Before the first entry is stored: what lies in a folder without it nobody finds.
    await this.#writeFacts();
    await engine.begin(folder.path, settings);
    this.#watch = new ProcessWatch(folder.path, () => engine.writers(), { areSeen: isKernel(engine.info()) });
    if (start === null || options.signal?.aborted) return;
    this.#child = start();
    if (options.command !== undefined) this.#watch.note(this.#child.pid);
  }

  /**
   * Ends a recording that could not begin. What was taken from the rings until then is in no ring any more: it is kept, in a capture
   * that says why it ended. Null where nothing was taken; the engine has ended in any case.
   */
  async keep(reason: unknown): Promise<RecordResult | null> {
    const { engine } = this.#parts;
    await engine.finish();
    if (totalsOf(engine.counters().rings).attempts === 0) return null;
    this.#warnings.push(
      `the recording ended as it began: ${reason instanceof Error ? reason.message : reason}`,
    );
    return await this.#close(undefined);
  }

  /** Records until the end and closes the capture. Errors of the disk are in the result; only `onStatus` can make it reject. */
  async run(): Promise<RecordResult> {
    using _pace = this.#pace.watch();
    const { options, engine, kernel, folder } = this.#parts;
    const claims = new SegmentClaims();
    await using sealer = options.format === "parquet" ? new Sealer(folder.path, claims) : null;
    this.#sealer = sealer;
    const retainer = this.#retainer = this.#openRetainer(claims);
    retainer?.start();
    this.#watch?.start();
    this.#cost.start();
    const telling = this.#tellRepeatedly();
    let result: RecordResult;
    try {
      let commandStatus: CommandStatus | undefined;
      try {
        await this.#waitForEnd(telling.failed);
        commandStatus = await this.#child?.ended;
      } finally {
        this.#secondsAtStop = this.#seconds();
        // What is drained from here on is then all that there is.
        this.#warnings.push(...kernel?.end() ?? []);
        await this.#watch?.finish();
        await engine.finish();
        // Whose a kernel's last entries are is known when they are stored.
        if (kernel !== null) this.#watch?.look();
        await this.#cost.finish();
      }
      result = await this.#close(commandStatus);
      if (result.complete && sealer !== null) await this.#sealRest(sealer);
      if (retainer !== null) result = await this.#retireRest(retainer, result);
    } finally {
      await retainer?.finish();
      telling.stop();
    }
    options.onStatus?.(this.#status("done"));
    telling.rethrow();
    return result;
  }

  async #waitForEnd(failed: Promise<void>): Promise<void> {
    const { options, engine } = this.#parts;
    using stop = wishToStop(options);
    const command = this.#child?.ended.then((): Cause => "command");
    const ends: Promise<Cause>[] = [
      stop.wished.then((): Cause => "stop"),
      failed.then((): Cause => "stop"),
      ...(command === undefined ? [] : [command]),
    ];
    let cause = await Promise.race([...ends, engine.givenUp.then((): Cause => "given up")]);
    if (this.#child === null) return;
    // A program is not ended because our disk is full. Its writes are refused from now on, which costs it nothing.
    if (cause === "given up" && options.kmsg === undefined) cause = await Promise.race(ends);
    if (cause === "command") return;
    const isInterrupted = options.command !== undefined && options.signal?.reason === "SIGINT";
    await this.#child.end(isInterrupted ? INTERRUPT_PATIENCE_MS : 0);
  }

  async #close(commandStatus: CommandStatus | undefined): Promise<RecordResult> {
    const { options, engine, folder } = this.#parts;
    const end = await engine.finish();
    const counters = engine.counters();
    const { stats, rings } = counters;
    const aside = [this.#watch?.problem, this.#cost.problem];
    this.#warnings.push(...aside.filter((problem) => problem !== null && problem !== undefined));
    this.#warnings.push(...end.problems, ...lossAdvice(counters), ...imbalances(rings));
    this.#warnings.push(...siteAdvice(engine.refusedSites()));
    if (options.kmsg !== undefined) this.#warnings.push(...kmsgFailure(commandStatus));
    const rows = rowsOf(rings);
    if (rows !== stats.stored_entries) {
      this.#warnings.push(
        `${rows} entries were taken from the rings to be stored, ${stats.stored_entries} are in the capture`,
      );
    }
    this.#noteAnchor();
    this.#notes.push(...this.#pace.notes(), ...filterNotes(counters, this.#parts.settings.filter));
    let complete = end.complete;
    try {
      this.#stopped = timestamp();
      this.#isComplete = complete;
      await this.#writeFacts();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      complete = this.#isComplete = false;
      this.#warnings.push(error.message);
    }
    const seconds = this.#seconds();
    return {
      name: folder.name,
      path: folder.path,
      complete,
      seconds,
      entries: Number(stats.stored_entries),
      retiredEntries: 0,
      ...totalsOf(rings),
      balanced: rings.every(isBalanced) && rows === stats.stored_entries,
      processors: processorResults(rings, seconds),
      warnings: this.#warnings,
      notes: this.#notes,
      ...(commandStatus === undefined ? {} : { commandStatus }),
      engine: engine.kind,
    };
  }

  /** The capture is whole and said to be before: sealing changes its form, and whatever stops it costs nothing. */
  async #sealRest(sealer: Sealer): Promise<void> {
    const { signal, sealSignal } = this.#parts.options;
    // The signal that ended the recording does not end this; the next wish to stop does.
    const ends = [sealSignal, signal?.aborted ? undefined : signal].filter((end) => end !== undefined);
    const leave = AbortSignal.any(ends);
    this.#isSealing = true;
    this.#parts.options.onStatus?.(this.#status("sealing"));
    const problems = await sealer.finish(leave);
    this.#isSealing = false;
    if (leave.aborted && await hasOpenSegments(this.#parts.folder.path)) {
      this.#notes.push("not everything was sealed: segments that were left are Arrow, and whole");
    }
    if (problems.length === 0) return;
    this.#warnings.push(...problems.map((problem) => `${problem}; the segment stays Arrow, and is whole`));
    await this.#rewriteFacts();
  }

  async #rewriteFacts(): Promise<void> {
    try {
      await this.#writeFacts();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#warnings.push(error.message);
    }
  }

  #noteStart(): void {
    this.#noteAnchor();
    const { startUnstored } = this.#parts.engine.info();
    if (startUnstored === 0n) return;
    this.#warnings.push(
      `an earlier capture of these rings died with ${startUnstored} entries that it had taken and not stored; ` +
        `they are counted as unstored`,
    );
  }

  #noteAnchor(): void {
    const { anchorTicks, anchorUnixNs } = this.#parts.engine.info();
    if (this.#anchors.at(-1)?.ticks === anchorTicks) return;
    this.#anchors.push({ ticks: anchorTicks, unixNs: anchorUnixNs });
  }

  #openRetainer(claims: SegmentClaims): Retainer | null {
    const { options, settings, folder } = this.#parts;
    const { keepBytes: bytes = null, keepAgeMs: ageMs = null, keepSegments: segments = null } = options;
    if (bytes === null && ageMs === null && segments === null) return null;
    return new Retainer({
      folder: folder.path,
      bounds: { bytes, ageMs, segments },
      segmentBytes: settings.segmentBytes,
      claims,
      commit: async (retired) => {
        await this.#writeFacts(retired);
        if (retired.lastNs !== null) await this.#watch?.forget(retired.lastNs);
      },
    });
  }

  /** What was closed and sealed last counts as well. */
  async #retireRest(retainer: Retainer, result: RecordResult): Promise<RecordResult> {
    await retainer.finish();
    if (retainer.problem !== null) {
      this.#warnings.push(retainer.problem);
      await this.#rewriteFacts();
    }
    const { segments, entries, bytes } = retainer.retired;
    if (segments > 0) {
      this.#notes.push(
        `${entries} entries in ${segments} segments (${bytes} bytes) were retired to keep within the bounds`,
      );
    }
    return { ...result, retiredEntries: Number(entries) };
  }

  /** One after the other: the last one says what is. */
  async #writeFacts(retired?: Retired): Promise<void> {
    this.#writing = this.#writing.catch(() => {}).then(() => this.#writeFactsNow(retired ?? this.#retired));
    await this.#writing;
  }

  async #writeFactsNow(retired: Retired): Promise<void> {
    const { options, settings, engine, rings, kernel, folder } = this.#parts;
    const facts: CaptureFacts = {
      id: this.#id,
      name: folder.name,
      started: this.#started,
      stopped: this.#stopped,
      complete: this.#isComplete,
      rings,
      driver: kernel?.system.name ?? (options.kmsg === undefined ? "user" : "kmsg"),
      ...(kernel === null ? {} : { kernel: kernel.facts }),
      info: engine.info(),
      anchors: this.#anchors,
      settings: settingsOf(options, settings, engine.kind),
      commandLine: options.commandLine ?? [],
      counters: engine.counters(),
      retired,
      warnings: this.#warnings,
      notes: this.#notes,
    };
    await writeCaptureJson(folder.path, facts);
    this.#retired = retired;
  }

  #seconds(): number {
    return this.#secondsAtStop ?? (performance.now() - this.#startedMs) / 1000;
  }

  #phase(): RecordStatus["phase"] {
    if (this.#isSealing) return "sealing";
    return this.#secondsAtStop === null ? "recording" : "finishing";
  }

  #status(phase: RecordStatus["phase"]): RecordStatus {
    const { engine } = this.#parts;
    const { stats, rings } = engine.counters();
    const problem = engine.trouble ?? this.#retainer?.problem ?? null;
    return {
      phase,
      seconds: this.#seconds(),
      entries: Number(stats.entries),
      stored: Number(stats.stored_entries),
      filtered: Number(rings.reduce((sum, ring) => sum + ring.filtered, 0n)),
      lost: Number(rings.reduce((sum, ring) => sum + lostOf(ring), 0n)),
      stalled: Number(rings.reduce((sum, ring) => sum + ring.stalled, 0n)),
      bytes: Number(stats.stored_bytes),
      sealed: this.#sealer?.rows ?? 0,
      poolUsedBytes: Number(stats.pool_used_bytes),
      poolBytes: Number(stats.pool_bytes),
      ...(problem === null ? {} : { problem }),
    };
  }

  /** Calls `onStatus` now and then. When it throws, the recording is to stop; {@link Telling.rethrow} has the error. */
  #tellRepeatedly(): Telling {
    const { onStatus } = this.#parts.options;
    const { promise: failed, resolve: fail } = Promise.withResolvers<void>();
    const thrown: unknown[] = [];
    const timer = onStatus && setInterval(() => {
      try {
        onStatus(this.#status(this.#phase()));
      } catch (error) {
        thrown.push(error);
        clearInterval(timer);
        fail();
      }
    }, STATUS_INTERVAL_MS);
    return {
      failed,
      stop: () => clearInterval(timer),
      rethrow: () => {
        if (thrown.length > 0) throw thrown[0];
      },
    };
  }
}

interface Telling {
  readonly failed: Promise<void>;
  readonly stop: () => void;
  readonly rethrow: () => void;
}

/** Settles when the duration is over, the signal aborts, or at once where only what is there is to be taken. */
function wishToStop(options: RecordOptions): { readonly wished: Promise<void> } & Disposable {
  const { promise: wished, resolve } = Promise.withResolvers<void>();
  const { signal, durationMs, once, kmsg } = options;
  // What is in the kernel's log is taken when the program that passes it on has ended.
  if ((once && kmsg === undefined) || signal?.aborted) resolve();
  const listener = () => resolve();
  signal?.addEventListener("abort", listener);
  const timer = durationMs === undefined ? undefined : setTimeout(resolve, durationMs);
  return {
    wished,
    [Symbol.dispose]() {
      signal?.removeEventListener("abort", listener);
      clearTimeout(timer);
    },
  };
}

function kmsgFailure(status: CommandStatus | undefined): string[] {
  if (status === undefined || status.code === 0) return [];
  const how = status.signal === null ? `exit status ${status.code}` : status.signal;
  return [
    `the reader of the kernel's log ended with ${how}: what it had passed on is recorded, what was logged later is not`,
  ];
}

/** A pattern that nothing matches is more often mistyped than meant. */
function filterNotes({ stats, rings }: CaptureCounters, { only }: EngineSettings["filter"]): string[] {
  const filtered = rings.reduce((sum, ring) => sum + ring.filtered, 0n);
  if (only.length === 0 || stats.stored_entries > 0n || filtered === 0n) return [];
  return [
    `none of ${filtered} entries was stored: only typed events of the name or place ${
      only.join(" or ")
    } were asked for; ` +
    `"control" lists what there is`,
  ];
}

function lossAdvice({ stats, rings }: CaptureCounters): string[] {
  const refused = rings.reduce((sum, ring) => sum + ring.lost_full, 0n);
  if (refused === 0n || stats.pool_waits === 0n) return [];
  return [
    `the disk was behind: the buffer was full ${stats.pool_waits} times while ${refused} entries found their ring full; ` +
    `a larger buffer (--buffer) or a faster disk helps`,
  ];
}

function siteAdvice(refused: bigint): string[] {
  if (refused === 0n) return [];
  return [
    `${refused} registrations of call sites were refused since the rings were made, and the events of these sites are not logged: ` +
    `their format does not fit their arguments, or the table of sites is full`,
  ];
}

function settingsOf(
  options: RecordOptions,
  settings: EngineSettings,
  engine: CaptureEngine["kind"],
): Record<string, unknown> {
  const { command } = options;
  return {
    engine,
    attached: options.rings !== undefined,
    once: options.once ?? false,
    ring_bytes: options.ringBytes ?? null,
    ring_memory: options.ringMemory ?? null,
    mode: options.mode ?? null,
    order: options.order ?? null,
    stall_ms: settings.stallMs,
    reorder_bytes: settings.reorderBytes,
    buffer_bytes: settings.bufferBytes,
    sync_ms: settings.syncMs,
    segment_bytes: settings.segmentBytes,
    segment_age_ms: settings.segmentAgeMs,
    keep_bytes: options.keepBytes ?? null,
    keep_age_ms: options.keepAgeMs ?? null,
    keep_segments: options.keepSegments ?? null,
    format: options.format ?? "arrow",
    duration_ms: options.durationMs ?? null,
    kmsg: options.kmsg ?? null,
    linux: options.linux ?? null,
    windows: options.windows ?? null,
    only: settings.filter.only,
    exclude: settings.filter.exclude,
    min_severity: LEVELS[settings.filter.least - 1],
    command: command === undefined ? null : [command.program, ...command.args],
    preload: command?.preload ?? false,
  };
}
