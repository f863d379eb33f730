/**
 * Drains the bytes of a ring set that a guest has left (guest/rings, `rings copy`) on this machine, by the program that users run.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { projectRoot } from "../../../../runtime/build/place.ts";
import { type CapturedEntry, readEntries } from "../../../support/captured_events.ts";

/** Runs the program; its standard output. */
export async function ringscope(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--cached-only",
      join(projectRoot(), "runtime", "cli", "main.ts"),
      ...args,
    ],
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** A capture named `name` below `dir` with everything that is in the image; losing something is a failure. Returns its folder. */
export async function captureImage(image: string, dir: string, name: string): Promise<string> {
  await ringscope(
    "capture",
    "--rings",
    image,
    "--once",
    "--fail-on-loss",
    "--quiet",
    "--format",
    "arrow",
    "--dir",
    dir,
    "--name",
    name,
  );
  return join(dir, name);
}

/** Entries of an image, in their order. */
export async function readImage(image: string, dir: string, name: string): Promise<CapturedEntry[]> {
  return await readEntries(await captureImage(image, dir, name));
}
