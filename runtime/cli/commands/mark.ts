import { basename, resolve } from "@std/path";
import { CliError } from "../../errors.ts";
import { markCapture } from "../../live/mark.ts";
import { LEVELS } from "../../log_entry.ts";
import { resolveCapture } from "../../store/folder.ts";
import { newestRunning } from "../capture/newest_running.ts";
import { choice, defineCommand, text } from "../command.ts";
import { applyColor, commonOptions, DEFAULT_DIR } from "../common_options.ts";
import { print } from "../output.ts";

const options = {
  capture: text("--capture <name>", "the capture to mark (default: the newest that is being recorded)"),
  severity: choice("--severity <level>", "level of the mark", LEVELS, "info"),
  ...commonOptions,
};

const HELP =
  `The text becomes an entry of the capture's rings, so it stands in the order between what was logged before and after. The view
marks shows all marks of a capture, and tail sets them apart.

Examples:
  deno task mark "load begins"
  deno task mark --capture boot --severity warn "cable pulled"`;

/** `mark`: a comment for a capture that is being recorded. */
export const mark = defineCommand({
  name: "mark",
  summary: "Add a comment to a capture that is being recorded",
  usage: "TEXT",
  options,
  help: HELP,
  async run(given, { operands }) {
    applyColor(given);
    const comment = operands.join(" ");
    if (comment.trim() === "") throw new CliError(`no text: mark TEXT, such as mark "load begins"`);
    const dir = resolve(given.dir ?? DEFAULT_DIR);
    const path = given.capture === undefined
      ? await newestRunning(dir, "name the folder of the captures with --dir")
      : await resolveCapture(given.capture, dir);
    await markCapture(path, comment, given.severity);
    if (given.json) {
      const result = { capture: basename(path), path, severity: given.severity, message: comment };
      await print(`${JSON.stringify(result, null, 2)}\n`);
    } else if (!given.quiet) await print(`marked ${basename(path)}\n`);
    return 0;
  },
});
