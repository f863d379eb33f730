import { findCompiler } from "../../runtime/build/compiler.ts";
import { C_FLAGS } from "../../runtime/build/compile.ts";
import { readSpecialFile } from "../../runtime/ffi/special_files.ts";
import { VERSION } from "../../runtime/version.ts";

/** Where the figures come from; without it they mean nothing. */
export interface Machine {
  readonly processor: string;
  readonly processors: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly compiler: string;
  readonly flags: string;
  readonly deno: string;
  readonly ringscope: string;
  /** Average number of runnable threads in the minute before the bench. */
  readonly load: number;
}

/** Asks the system. */
export async function describeMachine(): Promise<Machine> {
  const info = new TextDecoder().decode(readSpecialFile("/proc/cpuinfo") ?? new Uint8Array());
  const compiler = await findCompiler();
  return {
    processor: /^model name\s*:\s*(.+)$/m.exec(info)?.[1] ?? "unknown",
    processors: navigator.hardwareConcurrency,
    memoryBytes: Deno.systemMemoryInfo().total,
    system: `${Deno.build.os} ${Deno.osRelease()} ${Deno.build.arch}`,
    compiler: "version" in compiler ? compiler.version : "none",
    flags: C_FLAGS.filter((flag) => !flag.startsWith("-W") && !flag.startsWith("-I")).join(" "),
    deno: Deno.version.deno,
    ringscope: VERSION,
    load: Deno.loadavg()[0] ?? 0,
  };
}
