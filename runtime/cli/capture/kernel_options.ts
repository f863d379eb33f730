/**
 * The options of `capture` for kernel drivers.
 * @module
 */
import { sourceBits } from "../../capture/linux/linux_sources.ts";
import type { LinuxOptions } from "../../capture/linux/linux_system.ts";
import type { WindowsOptions } from "../../capture/windows/windows_system.ts";
import { CliError } from "../../errors.ts";
import { DEFAULT_SET } from "../../reader/device_path.ts";
import { flag, type OptionValues, presetText, repeated } from "../command.ts";

/** The set, and what is switched on for it. */
export const kernelOptions = {
  linux: presetText(
    "--linux [set]",
    "record what the kernel's modules log through the Linux driver, into its set of this name (default)",
    DEFAULT_SET,
  ),
  tracepoint: repeated(
    "--tracepoint <names>",
    "with --linux: record these tracepoints of the kernel as well: sched_switch,block_rq_issue",
    parseTracepoints,
  ),
  linuxLog: flag(
    "--linux-log",
    "with --linux: record the kernel's log as well, each line where it is written",
  ),
  windows: presetText(
    "--windows [set]",
    "record what the kernel's drivers log through the Windows driver, into its set of this name (default)",
    DEFAULT_SET,
  ),
  debugPrint: flag("--debug-print", "with --windows: record what every driver says by DbgPrint as well"),
};

/** What else was asked for, as far as it does not go with the kernel's rings. */
interface Others {
  readonly rings: string | undefined;
  readonly kmsg: string | undefined;
  readonly once: boolean;
}

/** The kernel that is to be recorded, as `RecordOptions` has it. */
export interface KernelOptions {
  readonly linux?: LinuxOptions;
  readonly windows?: WindowsOptions;
}

/**
 * What they say; undefined where no kernel is to be recorded. Naming a source is enough.
 *
 * @throws {CliError} Options that exclude each other.
 */
export function readKernel(
  given: OptionValues<typeof kernelOptions>,
  others: Others,
): KernelOptions | undefined {
  const tracepoints = given.tracepoint.flat();
  const linuxSources = sourcesOf([tracepoints.length > 0, "--tracepoint"], [given.linuxLog, "--linux-log"]);
  const windowsSources = sourcesOf([given.debugPrint, "--debug-print"]);
  const isLinux = given.linux !== undefined || linuxSources.length > 0;
  const isWindows = given.windows !== undefined || windowsSources.length > 0;
  if (!isLinux && !isWindows) return undefined;
  if (isLinux && isWindows) {
    throw new CliError("--linux and --windows exclude each other: a machine has one kernel");
  }
  const option = isLinux ? "--linux" : "--windows";
  if (others.rings !== undefined || others.kmsg !== undefined) {
    const other = others.rings === undefined ? "--kmsg" : "--rings";
    throw new CliError(`${option} and ${other} exclude each other: record each in its own capture`);
  }
  const [source] = [...linuxSources, ...windowsSources];
  if (others.once && source !== undefined) {
    throw new CliError(
      `--once takes what is in the set already, so no source can be switched on: leave --once, or ${source}, out`,
    );
  }
  return isLinux
    ? { linux: { set: given.linux ?? DEFAULT_SET, tracepoints, log: given.linuxLog } }
    : { windows: { set: given.windows ?? DEFAULT_SET, debugPrint: given.debugPrint } };
}

/** The options that were given, of those that name a source. */
function sourcesOf(...options: readonly (readonly [boolean, string])[]): string[] {
  return options.filter(([isGiven]) => isGiven).map(([, name]) => name);
}

/** @throws {RangeError} One that the driver does not know. */
function parseTracepoints(text: string): string[] {
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  sourceBits({ tracepoints: names });
  return names;
}
