/**
 * `async` of Deno's standard library, with types. The npm form's `async/mod.js` is broken; its single files work.
 * @module
 */
import { abortable as untilAborted } from "deno-std/async/abortable.js";
import { deadline as untilDeadline } from "deno-std/async/deadline.js";
import { delay as wait } from "deno-std/async/delay.js";

/** Settles as `promise` does, or rejects with the signal's reason when it aborts first. */
export const abortable: <T>(promise: Promise<T>, signal: AbortSignal) => Promise<T> = untilAborted;
/** Settles as `promise` does, or rejects with a `DOMException` named TimeoutError after `ms` milliseconds. */
export const deadline: <T>(
  promise: Promise<T>,
  ms: number,
  options?: { signal?: AbortSignal },
) => Promise<T> = untilDeadline;
/** Resolves after `ms` milliseconds; `persistent: false` does not keep the process alive. */
export const delay: (
  ms: number,
  options?: { signal?: AbortSignal; persistent?: boolean },
) => Promise<void> = wait;
