/**
 * Runs a shell script in a guest, for trying things: `harness/main.ts [--processors N] [--module FILE.ko,…] [--kernel-module NAME,…]
 * [--file GUEST=HOST,…] [--timeout SECONDS] [--bare] SCRIPT`. Shows the console; ends with the script's status, or 1 for a fault.
 * @module
 */
import { parseArgs } from "@std/cli";
import { runInGuest } from "./run_in_guest.ts";

if (import.meta.main) {
  const args = parseArgs(Deno.args, {
    string: ["processors", "memory", "module", "kernel-module", "file", "timeout", "append"],
    boolean: ["bare"],
  });
  const [script] = args._;
  if (script === undefined) {
    console.error("which script? a file of shell commands");
    Deno.exit(2);
  }
  const run = await runInGuest({
    script: await Deno.readTextFile(String(script)),
    processors: Number(args.processors ?? 2),
    memoryMib: Number(args.memory ?? 1536),
    withRuntime: !args.bare,
    modules: splitList(args.module),
    kernelModules: splitList(args["kernel-module"]),
    files: Object.fromEntries(splitList(args.file).map((pair) => pair.split("=", 2))),
    timeoutMs: Number(args.timeout ?? 300) * 1000,
    commandLine: args.append ?? "",
    onConsole: (line) => console.log(line),
    onVerdict: ({ ok, name, detail }) => console.log(`${ok ? "ok" : "FAILED"}  ${name}  ${detail}`),
  });
  for (const fault of run.faults) console.log(`fault: ${fault}`);
  console.log(
    `${run.end}, status ${run.status}, ${(run.durationMs / 1000).toFixed(1)} s, files in ${run.folder}`,
  );
  Deno.exit(run.faults.length > 0 ? 1 : run.status ?? 1);
}

/** Several values stand in one argument, with commas between them. */
function splitList(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(",");
}
