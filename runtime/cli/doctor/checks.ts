/**
 * What `doctor` looks at. Each check says what it found and, where something is missing, what to do.
 * @module
 */
import { dirname } from "@std/path";
import { findCompiler } from "../../build/compiler.ts";
import { ensureBuilt } from "../../build/build.ts";
import { findKmsgProblem } from "../../capture/kmsg.ts";
import { listRingsetLeftovers } from "../../capture/ringset_leftovers.ts";
import { loadNative } from "../../ffi/native.ts";
import { linuxSystem } from "../../capture/linux/linux_system.ts";
import { windowsSystem } from "../../capture/windows/windows_system.ts";
import { checkKernelDriver } from "./check_kernel_driver.ts";
import type { Finding } from "./finding.ts";
import { abi } from "../../abi/layout.ts";
import { VERSION } from "../../version.ts";
import { formatSize } from "../format_number.ts";
import { shellQuote } from "../common_options.ts";

export type { Finding } from "./finding.ts";

/** A check by its name. `dir` is the folder of the captures. */
export interface Check {
  readonly name: string;
  readonly run: (dir: string) => Promise<Finding>;
}

/** Rings of the default size need this much memory at most. */
const RING_MEMORY_BYTES = 256 * 2 ** 20;
const RING_BYTES = 4 * 2 ** 20;

/** Every check, in the order in which a capture would stumble. */
export const CHECKS: readonly Check[] = [
  { name: "ringscope", run: checkProgram },
  ...(Deno.build.os === "windows" ? windowsChecks() : linuxChecks()),
  { name: "captures folder", run: checkFolder },
  { name: "SQL engine", run: checkEngine },
];

/** What programs are recorded by, and the kernel. */
function linuxChecks(): Check[] {
  return [
    { name: "C compiler", run: checkCompiler },
    { name: "native libraries", run: checkLibraries },
    { name: "memory for rings", run: checkMemory },
    { name: "leftover rings", run: checkLeftovers },
    { name: "kernel log", run: checkKernelLog },
    { name: "Linux driver", run: () => Promise.resolve(checkKernelDriver(linuxSystem())) },
  ];
}

/** There the kernel alone is recorded, with what was built elsewhere. */
function windowsChecks(): Check[] {
  return [
    { name: "reader library", run: checkReader },
    { name: "Windows driver", run: () => Promise.resolve(checkKernelDriver(windowsSystem())) },
  ];
}

function checkProgram(): Promise<Finding> {
  const { deno } = Deno.version;
  const found = `${VERSION} on Deno ${deno}, ${Deno.build.os} ${Deno.osRelease()} ${Deno.build.arch}, ` +
    `${navigator.hardwareConcurrency} processors`;
  return Promise.resolve({ state: "ok", found });
}

async function checkCompiler(): Promise<Finding> {
  const compiler = await findCompiler();
  if ("version" in compiler) return { state: "ok", found: compiler.version };
  return { state: "missing", found: "none", advice: compiler.reason };
}

async function checkLibraries(): Promise<Finding> {
  const { reader, driver, preload, reason } = await ensureBuilt();
  if (reader === null || driver === null || preload === null) {
    return { state: "missing", found: "not built", advice: reason ?? "deno task build" };
  }
  using _library = loadNative(reader);
  return { state: "ok", found: `built, ABI ${abi.major}.${abi.minor}` };
}

async function checkReader(): Promise<Finding> {
  const { reader, reason } = await ensureBuilt();
  if (reader === null) {
    const [found = "", ...advice] = (reason ?? "").split("; ");
    return { state: "missing", found, advice: advice.join("; ") };
  }
  using _library = loadNative(reader);
  return { state: "ok", found: `${reader}, ABI ${abi.major}.${abi.minor}` };
}

async function checkMemory(): Promise<Finding> {
  if (Deno.build.os !== "linux") return { state: "ok", found: "rings are ordinary files here" };
  const free = await freeBytes("/dev/shm");
  if (free === null) {
    return {
      state: "warning",
      found: "/dev/shm cannot be used",
      advice: "rings are made in the folder for temporary files, which may be a disk and slow",
    };
  }
  const wanted = Math.min(RING_MEMORY_BYTES, RING_BYTES * navigator.hardwareConcurrency);
  const found = `${formatSize(free)} free in /dev/shm, ` +
    `rings of the default size take ${formatSize(wanted)}`;
  if (free >= wanted) return { state: "ok", found };
  const advice = `capture with --ring-memory ${Math.max(Math.floor(free / 2 ** 20 / 2), 1)}MiB, ` +
    `or give the container more shared memory (docker run --shm-size)`;
  return { state: "warning", found, advice };
}

function checkLeftovers(): Promise<Finding> {
  const leftovers = listRingsetLeftovers();
  if (leftovers.length === 0) return Promise.resolve({ state: "ok", found: "none" });
  const bytes = leftovers.reduce((sum, one) => sum + one.bytes, 0);
  return Promise.resolve({
    state: "warning",
    found: `${leftovers.length} of ended processes, ${formatSize(bytes)}`,
    advice: `what is in them can still be taken with capture --rings PATH --once; then remove them: rm ${
      leftovers.map(({ path }) => shellQuote(path)).join(" ")
    }`,
  });
}

/** Something that one kind of capture needs: whoever records programs can do without. */
async function checkKernelLog(): Promise<Finding> {
  const { kmsg } = await ensureBuilt();
  if (kmsg === null) {
    return {
      state: "warning",
      found: "cannot be read: the program for it is not built",
      advice: "capture --kmsg needs it; every other capture works",
    };
  }
  const problem = await findKmsgProblem(kmsg);
  if (problem === null) return { state: "ok", found: "/dev/kmsg can be read" };
  const [found = problem, ...advice] = problem.split("; ");
  return { state: "warning", found, advice: `capture --kmsg needs it: ${advice.join("; ")}` };
}

async function checkFolder(dir: string): Promise<Finding> {
  let made: string | undefined;
  try {
    made = await firstMissing(dir);
    await Deno.mkdir(dir, { recursive: true });
    await Deno.remove(await Deno.makeTempFile({ dir, prefix: ".doctor-" }));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return {
      state: "missing",
      found: `${dir} cannot be written: ${error.message}`,
      advice: "name a folder of your own with --dir",
    };
  } finally {
    if (made !== undefined) await Deno.remove(made, { recursive: true }).catch(() => {});
  }
  const free = await freeBytes(made === undefined ? dir : ".");
  const room = free === null ? "" : `, ${formatSize(free)} free`;
  return { state: "ok", found: `${dir}, can be written${room}` };
}

async function checkEngine(): Promise<Finding> {
  const started = performance.now();
  try {
    const { openStore } = await import("../../store/store.ts");
    await using store = await openStore([]);
    const { rows: [row] } = await store.query("SELECT version()");
    const ms = Math.round(performance.now() - started);
    return { state: "ok", found: `DuckDB-WASM ${row?.[0]}, ready in ${ms} ms` };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return {
      state: "missing",
      found: `DuckDB-WASM does not start: ${error.message}`,
      advice: "run any task once with a connection to the npm registry, so that Deno can fetch the packages",
    };
  }
}

/** The uppermost part of a path that does not exist yet; undefined when all of it does. */
async function firstMissing(path: string): Promise<string | undefined> {
  try {
    await Deno.stat(path);
    return undefined;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return await firstMissing(dirname(path)) ?? path;
  }
}

/** Free bytes of the file system that holds `path`, as `df` tells; null when it cannot. */
async function freeBytes(path: string): Promise<number | null> {
  try {
    const { success, stdout } = await new Deno.Command("df", { args: ["-Pk", path], stderr: "null" })
      .output();
    if (!success) return null;
    const [, , , kib] = new TextDecoder().decode(stdout).trim().split("\n").at(-1)?.split(/\s+/) ?? [];
    return Number(kib) * 1024;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
