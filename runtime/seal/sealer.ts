/**
 * Seals a capture folder beside the capture, in a worker of its own.
 *
 * @module
 */
import { SegmentClaims } from "../retain/segment_claims.ts";
import type { SealOrder, SealReport } from "./seal_messages.ts";

/** A sealing worker. Disposing of it leaves what is not sealed as it is. */
export class Sealer implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #ended: Promise<readonly string[]>;
  #rows = 0;
  #segments = 0;

  /** Begins to seal the segments of a folder as they are closed; its `capture.json` is there. */
  constructor(folder: string, claims = new SegmentClaims()) {
    this.#worker = new Worker(new URL("./seal_worker.ts", import.meta.url), { type: "module" });
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    this.#ended = promise;
    this.#worker.onmessage = (event: MessageEvent<SealReport>) => {
      const report = event.data;
      if (report.kind === "rows") this.#rows += report.rows;
      else if (report.kind === "sealed") this.#segments++;
      else this.#end(resolve, report.problems);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#end(resolve, [`seal the segments of ${folder}: ${event.message}; they stay Arrow`]);
    };
    this.#tell({ kind: "start", folder, claims: claims.buffer });
  }

  /** Rows that were written into sealed segments so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Segments that were sealed so far. */
  get segments(): number {
    return this.#segments;
  }

  /** Seals what is left, until the signal aborts; why what stays open does. Never rejects. */
  async finish(signal: AbortSignal): Promise<readonly string[]> {
    const leave = () => this.#tell({ kind: "leave" });
    signal.addEventListener("abort", leave);
    this.#tell({ kind: signal.aborted ? "leave" : "finish" });
    const problems = await this.#ended;
    signal.removeEventListener("abort", leave);
    return problems;
  }

  #tell(order: SealOrder): void {
    this.#worker.postMessage(order);
  }

  #end(resolve: (problems: readonly string[]) => void, problems: readonly string[]): void {
    this.#worker.terminate();
    resolve(problems);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish(AbortSignal.abort());
  }
}
