/**
 * V8 gives up inside of the emulated machine now and then, which says nothing of what is tested: such a boot is made again.
 * @module
 */
import { join } from "@std/path";
import type { GuestRun } from "./run_in_guest.ts";

/** V8's own complaint of its tables of machine code. It has been seen in emulation only, in one of some ten boots, whatever Deno was running. */
const V8_GAVE_UP = /# Check failed: it->second\.Size\(\) > offset/;

/** What Deno says in a guest stands in files of these names, where it is no verdict and not on the console. */
const SAID = /\.(?:err|out|txt)$/;

/** Boots, and once more as long as V8 has given up, `boots` times at most. Nothing else that is wrong with a boot makes another one. */
export async function bootAgain(boots: number, boot: () => Promise<GuestRun>): Promise<GuestRun> {
  let run = await boot();
  for (let booted = 1; booted < boots && await hasV8GivenUp(run); booted++) {
    console.log("V8 gave up inside of the emulated machine: once more");
    run = await boot();
  }
  return run;
}

/** Whether V8 says so of itself, on the console, in a verdict that failed or in a file that the guest left. */
export async function hasV8GivenUp(
  { verdicts, console, folder }: Pick<GuestRun, "verdicts" | "console" | "folder">,
): Promise<boolean> {
  if (verdicts.some(({ ok, detail }) => !ok && V8_GAVE_UP.test(detail))) return true;
  return console.some((line) => V8_GAVE_UP.test(line)) || await isSaidIn(join(folder, "output"));
}

async function isSaidIn(folder: string): Promise<boolean> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory && await isSaidIn(path)) return true;
    if (isFile && SAID.test(name) && V8_GAVE_UP.test(await Deno.readTextFile(path))) return true;
  }
  return false;
}
