import { resolve } from "@std/path";
import { CliError } from "../../errors.ts";
import { resolveCapture } from "../../store/folder.ts";
import { readCaptureFacts } from "../capture/capture_facts.ts";
import { infoJson, infoReport } from "../capture/info_report.ts";
import { defineCommand } from "../command.ts";
import { applyColor, commonOptions, DEFAULT_DIR } from "../common_options.ts";
import { print } from "../output.ts";
import { engineOptions } from "../select/select_entries.ts";
import { newestCapture } from "../sql/split_operands.ts";

/** `info`: one capture, its health first. */
export const info = defineCommand({
  name: "info",
  summary: "Show a capture, its health first",
  usage: "[CAPTURE]",
  options: { ...engineOptions, ...commonOptions },
  help:
    "Without a name it shows the newest capture. Health says whether the numbers may be trusted, and why not.",
  async run(given, { operands }) {
    applyColor(given);
    if (operands.length > 1) throw new CliError(`info shows one capture, and ${operands.length} are named`);
    const dir = resolve(given.dir ?? DEFAULT_DIR);
    const [name] = operands;
    const path = name === undefined ? await newestCapture(dir) : await resolveCapture(name, dir);
    const facts = await readCaptureFacts(path, {
      engine: given.engine,
      ...(given.memory !== undefined && { memoryBytes: given.memory }),
    });
    await print(given.json ? infoJson(facts) : infoReport(facts));
    return 0;
  },
});
