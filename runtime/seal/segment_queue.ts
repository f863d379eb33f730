/**
 * The closed segments of a growing capture folder, sealed in their order. One that cannot be sealed now is tried again later.
 *
 * @module
 */
import { delay } from "@std/async";
import { readCaptureInfo } from "../store/folder.ts";
import { SegmentClaims } from "../retain/segment_claims.ts";
import { removeOpenForm, type SealOptions, sealSegment } from "./seal_segment.ts";
import { isThere, segmentPath } from "./segment_paths.ts";

/** How often the folder is asked for a segment that was closed, in ms. */
const POLL_MS = 250;
/** Pause after a segment could not be sealed, in ms: a full disk is the capture's first. */
const PAUSE_MS = 10_000;

/** Settings of a {@link SegmentQueue}. */
export interface SegmentQueueOptions extends SealOptions {
  /** What is retired meanwhile; default: nothing. */
  readonly claims?: SegmentClaims;
  readonly onSealed?: (number: number) => void;
}

/** Seals until {@link close}, and then what is left. */
export class SegmentQueue {
  readonly #folder: string;
  readonly #options: SegmentQueueOptions;
  readonly #claims: SegmentClaims;
  readonly #closing = new AbortController();
  readonly #waiting: number[] = [];
  /** The lowest number that is not known to be closed. */
  #next = 1;

  constructor(folder: string, options: SegmentQueueOptions = {}) {
    this.#folder = folder;
    this.#options = options;
    this.#claims = options.claims ?? new SegmentClaims();
  }

  /** No segment will be closed any more. */
  close(): void {
    this.#closing.abort();
  }

  /** Seals; ends when all is done or the signal aborts, with what was not sealed and why. Never rejects. */
  async run(): Promise<string[]> {
    while (!this.#closing.signal.aborted && !this.#isLeaving()) {
      const problem = await this.#sealOne();
      if (problem === undefined) await this.#wait(POLL_MS);
      else if (problem !== null) await this.#wait(PAUSE_MS);
    }
    const problems: string[] = [];
    await this.#find();
    for (let left = this.#waiting.length; left > 0 && !this.#isLeaving(); left--) {
      const problem = await this.#sealOne();
      if (typeof problem === "string" && !this.#isLeaving()) problems.push(problem);
    }
    return problems;
  }

  #isLeaving(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  /** Undefined: there is nothing to seal. Null: one is sealed, or was retired. Else why it is not. */
  async #sealOne(): Promise<string | null | undefined> {
    try {
      await this.#find();
      const number = this.#waiting.shift();
      if (number === undefined) return undefined;
      if (!this.#claims.beginSealing(number)) return null;
      try {
        await this.#seal(number);
        this.#options.onSealed?.(number);
        return null;
      } catch (error) {
        this.#waiting.push(number);
        throw error;
      } finally {
        this.#claims.endSealing();
      }
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async #seal(number: number): Promise<void> {
    // Its sealed form may be there already: what failed was to remove the open one.
    if (await isThere(segmentPath(this.#folder, "logs", number, "parquet"))) {
      return await removeOpenForm(this.#folder, number);
    }
    await sealSegment(this.#folder, await readCaptureInfo(this.#folder), number, this.#options);
  }

  async #find(): Promise<void> {
    this.#next = Math.max(this.#next, this.#claims.retired + 1);
    while (await isThere(segmentPath(this.#folder, "logs", this.#next, "meta.json"))) {
      this.#waiting.push(this.#next++);
    }
  }

  async #wait(ms: number): Promise<void> {
    const signals = [this.#closing.signal, ...(this.#options.signal ? [this.#options.signal] : [])];
    await delay(ms, { signal: AbortSignal.any(signals) }).catch(() => {});
  }
}
