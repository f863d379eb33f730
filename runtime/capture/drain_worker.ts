/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * The worker that takes entries out of the rings. It blocks in the reader library and is told to stop through it
 * (rs_capture_stop), not by messages.
 * @module
 */
import { NativeCapture } from "../ffi/native_capture.ts";
import { loadNative } from "../ffi/native.ts";
import { Status } from "../ffi/status.ts";
import { preferThread } from "./prefer_thread.ts";
import { isGivenUp, type WorkerOrder, type WorkerReport } from "./worker_messages.ts";

/** One call into the library lasts about this long, in ms. */
const BUDGET_MS = 100;
/** How long a writer that is inside an entry is waited for at the end, in ms. */
const FINISH_MS = 2_000;

const CUT =
  "the file of the rings was truncated while they were recorded: what had been taken is stored, the rest is gone; " +
  "leave the file alone until the capture has ended";

self.onmessage = (event: MessageEvent<WorkerOrder>) => {
  self.postMessage(drain(event.data));
};

function drain(order: WorkerOrder): WorkerReport {
  try {
    preferThread();
    using library = loadNative(order.library);
    using capture = NativeCapture.borrow(library.symbols, order.capture);
    const control = new Int32Array(order.control);
    let isCut = false;
    self.postMessage({ kind: "ready" } satisfies WorkerReport);
    for (;;) {
      const status = capture.runDrain(BUDGET_MS);
      if (status === Status.end) break;
      isCut = status === Status.io;
      if (isCut) break;
      if (status !== Status.again) {
        return { kind: "failed", message: `draining the rings ended with status ${status}` };
      }
    }
    // With nobody to take the batches away there would be no end.
    if (isGivenUp(control)) return { kind: "done" };
    const status = capture.finishDrain(FINISH_MS);
    if (isCut || status === Status.io) return { kind: "done", problem: CUT };
    if (status === Status.ok) return { kind: "done" };
    const message = status === Status.again
      ? "the last entries found no free buffer: the disk took nothing for too long"
      : `draining the rings to their end ended with status ${status}`;
    return { kind: "failed", message };
  } catch (error) {
    return {
      kind: "failed",
      message: `drain worker: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
