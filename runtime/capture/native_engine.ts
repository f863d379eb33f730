/**
 * Records with the reader library: two workers around native code, joined by the library's pool of buffers.
 * @module
 */
import { DriverError } from "../errors.ts";
import type { NativeCapture } from "../ffi/native_capture.ts";
import type { NativeLibrary } from "../ffi/native.ts";
import type { Writer } from "../reader/liveness.ts";
import type { CaptureCounters, CaptureEngine, EngineEnd, EngineInfo, EngineSettings } from "./engine.ts";
import { giveUp, type WorkerOrder, type WorkerReport } from "./worker_messages.ts";

/** The library's own choice of when a batch that is not full is stored. */
const BATCH_AGE_MS = 0;

/**
 * Opens a ring set for recording. The library stays the caller's and has to outlive the engine.
 *
 * @param options.isImage As in `NativeLibrary.openCapture`.
 */
export function openNativeEngine(
  library: NativeLibrary,
  rings: string,
  options: { readonly isImage?: boolean } = {},
): CaptureEngine {
  return new NativeEngine(library, library.openCapture(rings, options));
}

interface StartedWorker {
  /** Settles when the worker has begun, with null, or with what stopped it before that. */
  readonly ready: Promise<string | null>;
  /** The worker's last words. */
  readonly ended: Promise<WorkerReport>;
}

class NativeEngine implements CaptureEngine {
  readonly kind = "native";
  readonly givenUp: Promise<void>;
  trouble: string | null = null;
  readonly #library: NativeLibrary;
  readonly #capture: NativeCapture;
  readonly #control = new Int32Array(new SharedArrayBuffer(4));
  readonly #giveUp: () => void;
  #workers: Promise<WorkerReport>[] = [];
  #end: Promise<EngineEnd> | null = null;

  constructor(library: NativeLibrary, capture: NativeCapture) {
    this.#library = library;
    this.#capture = capture;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.givenUp = promise;
    this.#giveUp = resolve;
  }

  info(): EngineInfo {
    return this.#capture.info();
  }

  counters(): CaptureCounters {
    return this.#capture.counters();
  }

  writers(): Writer[] {
    return this.#capture.writers();
  }

  writeCost(): BigUint64Array[] {
    return this.#capture.writeCost();
  }

  refusedSites(): bigint {
    return this.#capture.refusedSites();
  }

  async begin(folder: string, settings: EngineSettings): Promise<void> {
    this.#capture.tuneDrain(settings.stallMs, settings.reorderBytes);
    this.#capture.setFilter(settings.filter);
    this.#capture.openDrain(settings.bufferBytes, BATCH_AGE_MS);
    this.#capture.openStore(folder, settings.syncMs, settings.segmentBytes, settings.segmentAgeMs);
    const order: WorkerOrder = {
      library: this.#library.path,
      capture: this.#capture.address,
      control: this.#control.buffer,
      fullDiskPatienceMs: settings.fullDiskPatienceMs,
    };
    const workers = ["./drain_worker.ts", "./writer_worker.ts"].map((name) => this.#startWorker(name, order));
    this.#workers = workers.map((worker) => worker.ended);
    for (const failure of await Promise.all(workers.map((worker) => worker.ready))) {
      if (failure !== null) throw new DriverError(`begin the capture ${folder}: ${failure}`);
    }
  }

  measureIndexCap(): number | null {
    return this.#library.measureIndexCap();
  }

  finish(): Promise<EngineEnd> {
    return this.#end ??= this.#finish();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish();
    this.#capture[Symbol.dispose]();
  }

  async #finish(): Promise<EngineEnd> {
    this.#capture.stop();
    const reports = await Promise.all(this.#workers);
    const problems = reports.flatMap((report) =>
      report.kind === "failed"
        ? [report.message]
        : report.kind === "done" && report.problem
        ? [report.problem]
        : []
    );
    return { complete: reports.length > 0 && problems.length === 0, problems };
  }

  /** A worker that fails takes the other one with it. */
  #startWorker(name: string, order: WorkerOrder): StartedWorker {
    const worker = new Worker(new URL(name, import.meta.url), { type: "module" });
    const { promise: ready, resolve: beReady } = Promise.withResolvers<string | null>();
    const { promise: ended, resolve } = Promise.withResolvers<WorkerReport>();
    const end = (report: WorkerReport) => {
      worker.terminate();
      if (report.kind === "failed") {
        this.trouble = report.message;
        giveUp(this.#control);
        this.#capture.stop();
        this.#giveUp();
      }
      if (report.kind === "done" && report.problem !== undefined) {
        // The recording has nothing to do any more.
        this.#capture.stop();
        this.#giveUp();
      }
      beReady(report.kind === "failed" ? report.message : null);
      resolve(report);
    };
    worker.onmessage = (event: MessageEvent<WorkerReport>) => {
      const report = event.data;
      if (report.kind === "trouble") this.trouble = report.message;
      else if (report.kind === "recovered") this.trouble = null;
      else if (report.kind === "ready") beReady(null);
      else end(report);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      end({ kind: "failed", message: `capture worker ${name}: ${event.message}` });
    };
    worker.postMessage(order);
    return { ready, ended };
  }
}
