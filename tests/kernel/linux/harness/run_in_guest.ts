/**
 * Boots a kernel in QEMU, runs a script in it, and says what came out. Everything is emulated: nothing is loaded into this machine's own
 * kernel, and no figure of time from a guest says anything of a processor.
 * @module
 */
import { join } from "@std/path";
import { debianKernel, type KernelFiles } from "./debian_kernel.ts";
import { followLines } from "./follow_file.ts";
import { runTool } from "./guest_error.ts";
import { GUEST_MODULES, GUEST_OUTPUT, GUEST_PROJECT, GUEST_REPORT, writeGuestImage } from "./guest_image.ts";
import { FaultList } from "./fault_list.ts";
import { unexpectedTaint } from "./kernel_faults.ts";
import { resolveKernelModules } from "./kernel_modules.ts";
import { openQmp, type Qmp } from "./qmp.ts";
import { startQemu } from "./qemu.ts";
import { makeRunFolder } from "./run_folder.ts";
import { parseVerdict, type Verdict } from "./verdict.ts";

export { GUEST_MODULES, GUEST_OUTPUT, GUEST_PROJECT, GUEST_REPORT };
export { GuestError } from "./guest_error.ts";
export type { KernelFiles, Qmp, Verdict };

/** What to boot and run. */
export interface GuestOptions {
  /** Run by busybox's shell, in the project's folder; see README.md for what it finds. Its exit status is `status`. */
  readonly script: string;
  /** Default: 2. */
  readonly processors?: number;
  /** One processor at a time. For much work in Deno: where several change machine code at once, QEMU 7.2 lets V8 stumble over it. Default: no. */
  readonly takesTurns?: boolean;
  /** Default: 1,536. */
  readonly memoryMib?: number;
  /** Default: Debian's, of the installed headers. */
  readonly kernel?: KernelFiles;
  /** Modules of ours, to be found in /modules. */
  readonly modules?: readonly string[];
  /** Modules of the distribution's kernel by name, loaded before the script runs, with all that they need. */
  readonly kernelModules?: readonly string[];
  /** Files and folders of this machine by their absolute place in the guest. */
  readonly files?: Readonly<Record<string, string>>;
  /** With Deno, the runtime, the project's libraries and npm packages; default: yes. */
  readonly withRuntime?: boolean;
  /** Default: 5 minutes. */
  readonly timeoutMs?: number;
  /** What the guest may ask for (`ask NAME ARGUMENT`), beside `nmi N`, which sends N of them to every processor. */
  readonly requests?: Readonly<Record<string, (qmp: Qmp, argument: string) => Promise<void>>>;
  readonly onConsole?: (line: string) => void;
  readonly onVerdict?: (verdict: Verdict) => void;
  /** Added to the kernel's command line. */
  readonly commandLine?: string;
  /** Further devices, as QEMU's -device names them. */
  readonly devices?: readonly string[];
  /** Lines that are no fault here because the test causes them. */
  readonly expectedFaults?: readonly RegExp[];
  /** Of the disk that brings files back; default: 256. */
  readonly outputMib?: number;
}

/** How a boot went. */
export interface GuestRun {
  /** How it ended: by itself, by its time, or before the script came to its end (a panic, QEMU killed). */
  readonly end: "done" | "timeout" | "early";
  /** Of the script; null unless `end` is "done". */
  readonly status: number | null;
  readonly verdicts: readonly Verdict[];
  /** Lines that say that something is wrong, from console, guest and harness. */
  readonly faults: readonly string[];
  /** Races that KCSAN reported of the kernel with itself: no fault of what was tested. */
  readonly kernelRaces: readonly string[];
  readonly console: readonly string[];
  /** Folder of this boot: output/ holds what the script left in /out, console.log and report.log what was said. */
  readonly folder: string;
  readonly durationMs: number;
}

/**
 * Runs `options.script` in a guest.
 *
 * @throws {GuestError} Something that a guest is made of is missing; the message names the Debian package.
 */
export async function runInGuest(options: GuestOptions): Promise<GuestRun> {
  const started = performance.now();
  const kernel = options.kernel ?? await debianKernel();
  const folder = await makeRunFolder("kernel/runs");
  const loaded = kernel.modulesFolder === null ? [] : await resolveKernelModules(kernel.modulesFolder, [
    "virtio_pci",
    "virtio_blk",
    ...(options.kernelModules ?? []),
  ]);
  const image = join(folder, "initrd.cpio");
  await writeGuestImage(image, {
    withRuntime: options.withRuntime ?? true,
    loaded,
    modules: options.modules ?? [],
    files: options.files ?? {},
    script: options.script,
  });
  const disk = join(folder, "output.tar");
  await Deno.writeFile(disk, new Uint8Array());
  await Deno.truncate(disk, (options.outputMib ?? 256) << 20);

  const child = startQemu({
    kernel: kernel.image,
    image,
    disk,
    folder,
    processors: options.processors ?? 2,
    takesTurns: options.takesTurns ?? false,
    memoryMib: options.memoryMib ?? 1536,
    commandLine: options.commandLine ?? "",
    devices: options.devices ?? [],
  });
  const qmp = openQmp(child);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, options.timeoutMs ?? 300_000);

  const verdicts: Verdict[] = [];
  const list = new FaultList(options.expectedFaults);
  const { faults, kernelRaces } = list;
  const lines: string[] = [];
  let status: number | null = null;
  const takeReport = (line: string) => {
    const [word = "", rest = ""] = splitWord(line);
    if (word === "verdict") {
      const verdict = parseVerdict(rest);
      if (verdict === null) return void faults.push(`not a verdict: ${line}`);
      verdicts.push(verdict);
      options.onVerdict?.(verdict);
    } else if (word === "done") status = Number(rest);
    else if (word === "tainted" && unexpectedTaint(Number(rest)) !== 0) {
      faults.push(`the kernel is tainted: ${rest}`);
    } else if (word === "failed") faults.push(`in the guest: ${rest}`);
    else if (word === "ask") {
      answer(rest, qmp, options.requests ?? {}).catch((error) => faults.push(String(error)));
    }
  };
  const takeConsole = (line: string) => {
    lines.push(line);
    options.onConsole?.(line);
    list.take(line);
  };
  await Promise.all([
    followLines(join(folder, "console.log"), child.status, takeConsole),
    followLines(join(folder, "report.log"), child.status, takeReport),
  ]);
  clearTimeout(timer);
  list.end();
  await Deno.remove(image);
  const output = join(folder, "output");
  await Deno.mkdir(output);
  const unpacked = runTool(["tar", "-x", "-f", disk, "-C", output], "unpack what the guest left");
  // Of a guest that was cut off there is what it had kept, perhaps less.
  await (status === null ? unpacked.catch(() => {}) : unpacked);
  await Deno.remove(disk);
  return {
    end: timedOut ? "timeout" : status === null ? "early" : "done",
    status,
    verdicts,
    faults,
    kernelRaces,
    console: lines,
    folder,
    durationMs: performance.now() - started,
  };
}

/** What `answer` can do without being taught. */
const REQUESTS: NonNullable<GuestOptions["requests"]> = {
  async nmi(qmp, argument) {
    for (let sent = 0; sent < Number(argument); sent++) await qmp("inject-nmi");
  },
};

async function answer(line: string, qmp: Qmp, known: NonNullable<GuestOptions["requests"]>): Promise<void> {
  const [name = "", argument = ""] = splitWord(line);
  const handler = known[name] ?? REQUESTS[name];
  if (handler === undefined) throw new TypeError(`the guest asks for ${name}, which nobody here knows`);
  await handler(qmp, argument);
}

/** The first word of a line, and the rest. */
function splitWord(line: string): [string, string] {
  const at = line.indexOf(" ");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
}
