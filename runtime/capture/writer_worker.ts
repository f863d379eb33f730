/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * The worker that appends full batches to the capture folder. It ends when the drainer has said that no more will come, or
 * when nothing can be stored any more.
 * @module
 */
import { NativeCapture, type StoreStep } from "../ffi/native_capture.ts";
import { loadNative } from "../ffi/native.ts";
import { Status } from "../ffi/status.ts";
import { giveUp, isGivenUp, type WorkerOrder, type WorkerReport } from "./worker_messages.ts";

/** One call into the library lasts about this long, in ms. */
const BUDGET_MS = 100;
/** Pause before a full disk is tried again, in ms. */
const RETRY_MS = 100;

self.onmessage = (event: MessageEvent<WorkerOrder>) => {
  self.postMessage(store(event.data));
};

function store(order: WorkerOrder): WorkerReport {
  const control = new Int32Array(order.control);
  try {
    using library = loadNative(order.library);
    using capture = NativeCapture.borrow(library.symbols, order.capture);
    report({ kind: "ready" });
    const fullDisk = new FullDisk(control, order.fullDiskPatienceMs);
    let message = fullDisk.patiently(() => capture.runStore(BUDGET_MS), Status.end);
    message ??= fullDisk.patiently(() => capture.finishStore(), Status.ok);
    if (message === null) return { kind: "done" };
    giveUp(control);
    capture.stop();
    return { kind: "failed", message };
  } catch (error) {
    giveUp(control);
    return {
      kind: "failed",
      message: `writer worker: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** Goes on over a full disk for a while: space may be made. */
class FullDisk {
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #patienceMs: number;
  #sinceMs: number | null = null;

  constructor(control: Int32Array<SharedArrayBuffer>, patienceMs: number) {
    this.#control = control;
    this.#patienceMs = patienceMs;
  }

  /** Repeats a step until it ends with `wanted`. Gives what stopped it, or null. */
  patiently(step: () => StoreStep, wanted: number): string | null {
    for (;;) {
      if (isGivenUp(this.#control)) return "the capture was given up";
      const { status, message } = step();
      if (status === Status.noSpace) {
        if (this.#isTooLong(message)) return message;
        Atomics.wait(this.#control, 0, 0, RETRY_MS);
        continue;
      }
      if (status !== Status.again && status !== wanted) {
        return message === "" ? `writing the capture ended with status ${status}` : message;
      }
      this.#recover();
      if (status === wanted) return null;
    }
  }

  #isTooLong(message: string): boolean {
    const nowMs = performance.now();
    if (this.#sinceMs === null) {
      this.#sinceMs = nowMs;
      report({ kind: "trouble", message });
    }
    return nowMs - this.#sinceMs >= this.#patienceMs;
  }

  #recover(): void {
    if (this.#sinceMs === null) return;
    this.#sinceMs = null;
    report({ kind: "recovered" });
  }
}

function report(message: WorkerReport): void {
  self.postMessage(message);
}
