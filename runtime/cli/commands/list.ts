import { resolve } from "@std/path";
import { red, yellow } from "@std/fmt";
import { listCaptures } from "../../store/folder.ts";
import { type CaptureState, captureState } from "../capture/capture_state.ts";
import { summarizeInfo } from "../capture/summarize_info.ts";
import { defineCommand } from "../command.ts";
import { applyColor, commonOptions, DEFAULT_DIR, dirArgument, terminalWidth } from "../common_options.ts";
import { formatCount, formatSize } from "../format_number.ts";
import { printable } from "../format_value.ts";
import { print, printNote } from "../output.ts";
import { renderTable, type TableColumn } from "../table.ts";
import { taskCommand } from "../user_folder.ts";

const COLUMNS: readonly TableColumn[] = [
  { title: "capture" },
  { title: "started (UTC)" },
  { title: "entries", align: "right" },
  { title: "lost", align: "right" },
  { title: "size", align: "right" },
  { title: "state" },
];

/** `list`: the captures, newest first. */
export const list = defineCommand({
  name: "list",
  summary: "List the captures, newest first",
  options: commonOptions,
  async run(given) {
    applyColor(given);
    const dir = resolve(given.dir ?? DEFAULT_DIR);
    const found = await Promise.all((await listCaptures(dir)).map(async (one) => ({
      ...one,
      ...summarizeInfo(one.info),
      state: await captureState(one.path, one.info),
    })));
    if (given.json) {
      const objects = found.map(({ name, path, started, entries, lost, bytes, state, problem }) => ({
        name,
        path,
        started,
        entries,
        lost,
        bytes,
        state,
        problem,
      }));
      await print(`${JSON.stringify(objects, null, 2)}\n`);
      return 0;
    }
    if (found.length === 0) {
      if (!given.quiet) {
        printNote(`there is no capture in ${dir}; ${taskCommand()} capture${dirArgument(given)} records one`);
      }
      return 0;
    }
    const rows = found.map((one) => [
      printable(one.name),
      one.started?.slice(0, 19).replace("T", " ") ?? "–",
      one.entries === null ? "–" : formatCount(one.entries),
      one.lost === null ? "–" : formatCount(one.lost),
      formatSize(one.bytes),
      one.problem === null || one.state === "recording"
        ? paintState(one.state)
        : red(printable(one.problem.replace(`${one.path} `, ""))),
    ]);
    await print(`${renderTable(COLUMNS, rows, { width: terminalWidth() })}\n`);
    return 0;
  },
});

function paintState(state: CaptureState): string {
  return state === "complete" ? state : yellow(state);
}
