/**
 * The native reader of typed events where the library is built and may be loaded, else the one in TypeScript.
 *
 * @module
 */
import type { EventReader } from "./event_batch.ts";
import { ScriptEvents } from "./script_events.ts";

/** A reader that knows no site yet. */
export async function openEventReader(): Promise<EventReader> {
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return new ScriptEvents();
  const { nativeEvents } = await import("../ffi/native.ts");
  return nativeEvents() ?? new ScriptEvents();
}
