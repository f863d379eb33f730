/**
 * Tells whether a capture folder is being written. The lock is the system's, so it ends with the process that holds
 * it, however that ends, and needs no process number that somebody else may get.
 * @module
 */
import { join } from "@std/path";

const LOCK_NAME = "capture.lock";

/** Marks a capture folder as being written until the result is disposed of or this process ends. */
export async function lockRecording(folder: string): Promise<AsyncDisposable> {
  const path = join(folder, LOCK_NAME);
  const file = await Deno.open(path, { create: true, write: true });
  // Somebody may be asking at this very moment; that lasts no longer than the question.
  await file.lock(true);
  return {
    async [Symbol.asyncDispose]() {
      file.close();
      await Deno.remove(path).catch(() => {}); // the folder itself may be gone
    },
  };
}

/** Whether somebody writes this capture folder at this moment. */
export async function isBeingRecorded(folder: string): Promise<boolean> {
  let file;
  try {
    file = await Deno.open(join(folder, LOCK_NAME), { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  using held = file;
  return !await held.tryLock(false);
}
