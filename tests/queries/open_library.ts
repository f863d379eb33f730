/**
 * The SQL library over small captures that a test writes by hand, in a store of each engine.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { EngineKind } from "../../runtime/store/engine.ts";
import { openStore, type Store } from "../../runtime/store/store.ts";
import { type CaptureInput, makeCapture } from "../support/make_capture.ts";
import { sealCapture } from "../support/seal_capture.ts";

/** Databases with captures and the library over them. */
export interface Library {
  /**
   * Rows of a query: those of the first engine, which every other engine has to give too.
   *
   * @throws {QueryError} An engine refused it; then every one has to.
   */
  rows(query: string): Promise<unknown[][]>;
}

/** A capture of a library. */
export interface LibraryInput extends CaptureInput {
  /** Numbers of the segments that are sealed. */
  readonly sealed?: readonly number[];
}

/**
 * Loads captures by their names. Starting an engine takes a second, so a test file opens one library, with a capture for
 * everything that it wants to show; it is closed when the file is through.
 */
export async function openLibrary(
  inputs: Readonly<Record<string, LibraryInput>>,
  kinds: readonly EngineKind[] = ["wasm", "native"],
): Promise<Library> {
  const dir = await Deno.makeTempDir();
  const stores: Store[] = [];
  globalThis.addEventListener("unload", () => {
    for (const store of stores) store.close();
    Deno.removeSync(dir, { recursive: true });
  });
  const paths: string[] = [];
  for (const [name, input] of Object.entries(inputs)) {
    const path = await makeCapture(dir, name, input);
    paths.push(path);
    if (input.sealed) await sealCapture(path, input.sealed);
  }
  for (const engine of kinds) stores.push(await openStore(paths, { engine }));
  return { rows: (query) => askAll(stores, query) };
}

async function askAll(stores: readonly Store[], query: string): Promise<unknown[][]> {
  const [first, ...others] = await Promise.allSettled(stores.map((store) => store.query(query)));
  for (const other of others) assertEquals(answerOf(other), answerOf(first), "the engines disagree");
  if (first?.status !== "fulfilled") throw first?.reason;
  return first.value.rows;
}

function answerOf(answer: PromiseSettledResult<{ rows: unknown[][] }> | undefined): unknown {
  return answer?.status === "fulfilled" ? answer.value.rows : "refused";
}
