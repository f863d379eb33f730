import { resolve } from "@std/path";
import { projectRoot } from "../../build/place.ts";
import { CliError } from "../../errors.ts";
import type { CliCommand } from "../command.ts";
import { print } from "../output.ts";
import { taskCommand } from "../user_folder.ts";

const HELP = () =>
  `Usage: ${taskCommand()} run SCRIPT [ARGS…]

Run a TypeScript program with Ringscope at hand: import { openCapture } from "@ringscope/ringscope". What follows SCRIPT is
the script's own (Deno.args), options too. Its exit status is passed on. It may read and write files and start programs, but
not use the network; "deno run" with the rights of your choice runs the same script.

Options:
  --check     check the script's types first
  -h, --help  show this help

Examples:
  ${taskCommand()} run scripts/latency_report.ts captures/boot
  ${taskCommand()} run --check mine.ts
`;

/** What a script may do: all that a capture may. */
const RIGHTS = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-run", "--allow-ffi"];

/** `run`: a user's own program with the scripting API. Its arguments are not ours to read, so no option parser sees them. */
export const run: CliCommand = {
  name: "run",
  summary: "Run a TypeScript program with the scripting API",
  usage: "SCRIPT [ARGS…]",
  options: {},
  async run(args) {
    const check = args[0] === "--check";
    const [script, ...rest] = check ? args.slice(1) : args;
    if (script === "--help" || script === "-h") {
      await print(HELP());
      return 0;
    }
    if (script === undefined) throw new CliError("no script: run SCRIPT [ARGS…] (--help shows more)");
    if (script.startsWith("-")) {
      throw new CliError(
        `unknown option "${script}": options of the script stand behind its name (--help shows more)`,
      );
    }
    const path = resolve(script);
    if (!await isFile(path)) throw new CliError(`there is no script ${path}: check the name and the folder`);
    // A terminal sends Ctrl-C to both; this one only waits.
    const ignore = () => {};
    Deno.addSignalListener("SIGINT", ignore);
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        ...(check ? ["--check"] : []),
        ...RIGHTS,
        "--deny-net",
        "--config",
        `${projectRoot()}/deno.json`,
        path,
        ...rest,
      ],
    }).spawn();
    const stop = () => child.kill("SIGTERM");
    if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
    const { code } = await child.status;
    return code;
  },
};

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
