/**
 * What the capture and its two workers tell each other.
 * @module
 */

/** The first and only message to a worker. */
export interface WorkerOrder {
  /** Path of the reader library, which each worker loads for itself. */
  readonly library: string;
  /** Address of the capture, which the capture's own thread keeps open until both workers have ended. */
  readonly capture: bigint;
  /** One int32 that is not 0 from the moment when nothing can be stored any more; see {@link giveUp}. */
  readonly control: SharedArrayBuffer;
  readonly fullDiskPatienceMs: number;
}

/** What a worker tells. `done` and `failed` are its last words; `problem` says why not everything could be done. */
export type WorkerReport =
  | { readonly kind: "ready" }
  | { readonly kind: "trouble"; readonly message: string }
  | { readonly kind: "recovered" }
  | { readonly kind: "done"; readonly problem?: string }
  | { readonly kind: "failed"; readonly message: string };

/** Tells both workers that nothing can be stored any more, and wakes the one that waits. */
export function giveUp(control: Int32Array<SharedArrayBuffer>): void {
  Atomics.store(control, 0, 1);
  Atomics.notify(control, 0);
}

/** Whether nothing can be stored any more. */
export function isGivenUp(control: Int32Array<SharedArrayBuffer>): boolean {
  return Atomics.load(control, 0) !== 0;
}
