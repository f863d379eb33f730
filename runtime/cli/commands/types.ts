import { resolve } from "@std/path";
import { CliError } from "../../errors.ts";
import { CaptureEvents } from "../../events/capture_events.ts";
import type { NumberedSite } from "../../events/event_table.ts";
import { writeEventTypes } from "../../events/typescript_types.ts";
import { readCaptureInfo, resolveCapture } from "../../store/folder.ts";
import { defineCommand, flag, text } from "../command.ts";
import { applyColor, commonOptions, DEFAULT_DIR } from "../common_options.ts";
import { print, printNote } from "../output.ts";
import { OutputFile } from "../output_file.ts";
import { newestCapture } from "../sql/split_operands.ts";

const HELP =
  `A script that gives them to openCapture<EventTables>() is checked against what the driver logs: names of events, their arguments,
and the types of these. Write them again when the driver has changed.

Examples:
  deno task types boot -o boot_events.ts
  deno task types > events.ts`;

/** `types`: what the events of a capture hold, as TypeScript. */
export const types = defineCommand({
  name: "types",
  summary: "Write TypeScript interfaces for the typed events of a capture",
  usage: "[CAPTURE]",
  options: {
    output: text("-o, --output <file>", "file to write (default: standard output)"),
    force: flag("--force", "replace a file that is there"),
    ...commonOptions,
  },
  help: HELP,
  async run(given, { operands }) {
    applyColor(given);
    if (operands.length > 1) {
      throw new CliError(`types are written for one capture, and ${operands.length} are named`);
    }
    const dir = resolve(given.dir ?? DEFAULT_DIR);
    const [name] = operands;
    const path = name === undefined ? await newestCapture(dir) : await resolveCapture(name, dir);
    await readCaptureInfo(path);
    const damage: string[] = [];
    const sites = await readSites(path, damage);
    if (!given.quiet) { for (const problem of damage) printNote(`${path}: ${problem}`); }
    const module = writeEventTypes(sites);
    if (given.json) await print(`${JSON.stringify({ path, events: namesOf(sites), module }, null, 2)}\n`);
    else if (given.output === undefined) await print(module);
    if (given.output !== undefined) await write(given.output, given.force, module);
    return 0;
  },
});

async function readSites(path: string, damage: string[]): Promise<NumberedSite[]> {
  using events = new CaptureEvents(path, damage);
  await events.load();
  return Array.from(events.sites).flatMap(([number, site]) => site === null ? [] : [{ number, site }]);
}

function namesOf(sites: readonly NumberedSite[]): string[] {
  return [...new Set(sites.filter(({ site: { kind } }) => kind === 2).map(({ site: { name } }) => name))];
}

async function write(path: string, force: boolean, module: string): Promise<void> {
  await using file = await OutputFile.begin(path, force);
  await file.write(new TextEncoder().encode(module));
  await file.commit();
}
