import { join } from "@std/path";
import { projectRoot } from "../../build/place.ts";
import { type CliCommand, defineCommand } from "../command.ts";
import { readCandidates } from "../complete/candidates.ts";
import { defineProgram, hardenBash, parseShell, PROGRAM, quoteWords } from "../complete/completion_script.ts";
import { print } from "../output.ts";

const HELP = `Source what it prints, once or in the shell's startup file:
  source <(deno task --quiet complete bash)               # bash; zsh: the same with zsh, after compinit
  deno task --quiet complete fish | source
  deno task --quiet complete powershell | Out-String | Invoke-Expression

Then "ringscope" runs the tasks from any folder, and Tab completes its commands, options, captures and the names of the
SQL library: ringscope sql --query <Tab>.`;

/** `complete`: the completion of shells. They ask it with `complete -- WORD…`. */
export function completeFor(commands: () => readonly CliCommand[]): CliCommand {
  return defineCommand({
    name: "complete",
    summary: "Print the completion of a shell",
    usage: "bash|zsh|fish|powershell",
    takesCommand: true,
    options: {},
    help: HELP,
    async run(_given, { operands: [name], rest }) {
      const { printCandidates, renderScript } = await import("../complete/shell_completion.ts");
      if (rest !== null) {
        printCandidates(commands(), rest, await readCandidates(rest));
        return 0;
      }
      const shell = parseShell(name);
      const config = ["--config", join(projectRoot(), "deno.json")];
      const task = quoteWords(shell, [Deno.execPath(), "task", "--quiet", ...config]);
      // Rings lie where only C may read (runtime/ffi/special_files.ts).
      const rights = ["--no-prompt", "--allow-read", "--allow-env", "--allow-ffi", "--deny-net"];
      const main = join(projectRoot(), "runtime", "cli", "main.ts");
      const request = quoteWords(shell, [Deno.execPath(), "run", ...rights, ...config, main]);
      const script = renderScript(shell, PROGRAM, request);
      await print(`${shell === "bash" ? hardenBash(script) : script}\n${defineProgram(shell, task)}`);
      return 0;
    },
  });
}
