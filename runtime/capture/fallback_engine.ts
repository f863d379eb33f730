/**
 * Records with the reader in TypeScript, in this thread: one bounded round after the other, with pauses between them.
 *
 * For systems without a C compiler, and for tests that hold both readers to the same rules.
 * @module
 */
import { delay } from "@std/async";
import { DriverError } from "../errors.ts";
import { FallbackCapture } from "../reader/fallback_capture.ts";
import { FolderWriter } from "../reader/folder_writer.ts";
import type { Writer } from "../reader/liveness.ts";
import type { CaptureCounters, CaptureEngine, EngineEnd, EngineInfo, EngineSettings } from "./engine.ts";

/** Pauses between rounds, in ms; a reader that looks at fresh entries all the time slows their writers. */
const BUSY_PAUSE_MS = 1;
const IDLE_PAUSE_MS = 2;
/** Pause before a full disk is tried again, in ms. */
const RETRY_MS = 100;
/** How long a writer that is inside an entry is waited for at the end, in ms. */
const FINISH_MS = 2_000;

/**
 * Opens a ring set for recording without native code.
 *
 * @throws {DriverError | AbiMismatchError} It cannot be opened, or this system is not Linux, or somebody writes into it in clock order.
 */
export function openFallbackEngine(rings: string): CaptureEngine {
  return new FallbackEngine(new FallbackCapture(rings));
}

class FallbackEngine implements CaptureEngine {
  readonly kind = "typescript";
  readonly givenUp: Promise<void>;
  trouble: string | null = null;
  readonly #capture: FallbackCapture;
  readonly #giveUp: () => void;
  readonly #stop = new AbortController();
  #recorded: Promise<EngineEnd> = Promise.resolve({ complete: false, problems: [] });

  constructor(capture: FallbackCapture) {
    this.#capture = capture;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.givenUp = promise;
    this.#giveUp = resolve;
  }

  info(): EngineInfo {
    const { header, anchor, startPending, startUnstored } = this.#capture;
    return {
      abiMajor: header.abiMajor,
      abiMinor: header.abiMinor,
      ringCount: header.ringCount,
      mode: header.mode,
      order: header.order,
      clockKind: header.clockKind,
      ringBytes: BigInt(header.ringBytes),
      ticksPerSecond: anchor.ticksPerSecond,
      anchorTicks: anchor.ticks,
      anchorUnixNs: anchor.unixNs,
      creatorPid: header.creatorPid,
      setId: header.setId.toHex(),
      startPending,
      startUnstored,
      features: header.features,
    };
  }

  counters(): CaptureCounters {
    const { totals, counters } = this.#capture;
    return {
      stats: {
        entries: BigInt(totals.entries),
        stored_entries: BigInt(totals.storedEntries),
        stored_batches: BigInt(totals.storedBatches),
        stored_bytes: BigInt(totals.storedBytes),
        gaps: BigInt(totals.gaps),
        pool_bytes: 0n,
        pool_used_bytes: 0n,
        pool_waits: 0n,
        violations: BigInt(totals.violations),
        last_index: totals.lastIndex,
        sync_ns: 0n,
        stop_requested: this.#stop.signal.aborted ? 1n : 0n,
      },
      rings: counters,
    };
  }

  writers(): Writer[] {
    return this.#capture.writers;
  }

  writeCost(): BigUint64Array[] {
    return this.#capture.writeCost;
  }

  refusedSites(): bigint {
    return this.#capture.sites?.refused ?? 0n;
  }

  begin(folder: string, settings: EngineSettings): Promise<void> {
    this.#capture.tune(settings);
    this.#recorded = this.#record(
      new FolderWriter(folder, { ...settings, sites: this.#capture.sites }),
      settings,
    );
    return Promise.resolve();
  }

  measureIndexCap(): number | null {
    return null;
  }

  finish(): Promise<EngineEnd> {
    this.#stop.abort();
    return this.#recorded;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish();
    this.#capture[Symbol.dispose]();
  }

  async #record(writer: FolderWriter, settings: EngineSettings): Promise<EngineEnd> {
    using _writer = writer;
    const patience = settings.fullDiskPatienceMs;
    try {
      const problems = await this.#drain(writer, settings);
      // The recording has nothing to do any more.
      if (problems.length > 0) this.#giveUp();
      await this.#patiently(patience, () => this.#capture.finish(writer, FINISH_MS));
      await this.#patiently(patience, () => writer.finish());
      return { complete: problems.length === 0, problems };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.trouble = problem;
      this.#giveUp();
      return { complete: false, problems: [problem] };
    }
  }

  /** Until the recording is stopped, or nothing can be taken any more: then it says why. */
  async #drain(writer: FolderWriter, settings: EngineSettings): Promise<string[]> {
    const patience = settings.fullDiskPatienceMs;
    let syncedMs = performance.now();
    try {
      while (!this.#stop.signal.aborted) {
        const taken = await this.#patiently(patience, () => this.#capture.drainInto(writer));
        await this.#patiently(patience, () => writer.closeOld());
        if (settings.syncMs > 0 && performance.now() - syncedMs >= settings.syncMs) {
          await this.#patiently(patience, () => writer.sync());
          syncedMs = performance.now();
        }
        await this.#pause(taken > 0 ? BUSY_PAUSE_MS : IDLE_PAUSE_MS);
      }
      return [];
    } catch (error) {
      if (error instanceof DriverError) return [error.message];
      throw error;
    }
  }

  /** Repeats a step that a full disk may refuse: space may be made. */
  async #patiently<T>(patienceMs: number, step: () => T | Promise<T>): Promise<T> {
    const startedMs = performance.now();
    for (;;) {
      try {
        const result = await step();
        this.trouble = null;
        return result;
      } catch (error) {
        const isHopeless = !(error instanceof Error) || error instanceof DriverError;
        if (isHopeless || performance.now() - startedMs >= patienceMs) throw error;
        this.trouble = error.message;
        await delay(RETRY_MS);
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    if (!this.#stop.signal.aborted) await delay(ms);
  }
}
