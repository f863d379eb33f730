/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * The worker that seals the segments of a running capture as they are closed, one after the other, on a thread that gets only what
 * the capture leaves over.
 *
 * @module
 */
import { SegmentClaims } from "../retain/segment_claims.ts";
import { SegmentQueue } from "./segment_queue.ts";
import { LEAST_NICENESS, yieldPriority } from "./yield_priority.ts";
import type { SealOrder, SealReport } from "./seal_messages.ts";

const leaving = new AbortController();
let queue: SegmentQueue | null = null;

self.onmessage = (event: MessageEvent<SealOrder>) => {
  const order = event.data;
  if (order.kind === "leave") leaving.abort(new Error("it was left as it is"));
  else if (order.kind === "finish") queue?.close();
  else {
    yieldPriority(LEAST_NICENESS);
    queue = new SegmentQueue(order.folder, {
      claims: new SegmentClaims(order.claims),
      signal: leaving.signal,
      onRows: (rows) => report({ kind: "rows", rows }),
      onSealed: (number) => report({ kind: "sealed", number }),
    });
    queue.run().then((problems) => report({ kind: "done", problems }));
  }
};

function report(message: SealReport): void {
  self.postMessage(message);
}
