import { relative, resolve } from "@std/path";
import { checkCaptureFolder } from "../../capture/capture_folder.ts";
import { CaptureError, CliError } from "../../errors.ts";
import {
  COLUMN_ROLES,
  type ColumnRole,
  IMPORT_FORMATS,
  importLog,
  type ImportOptions,
  type ImportProgress,
  type ImportResult,
  type LogStream,
} from "../../import/import_log.ts";
import { LocalClock } from "../../import/local_clock.ts";
import { UNREAD_LINE_TYPE } from "../../import/log_reader.ts";
import { importImage, listImage } from "../import/import_image.ts";
import { defineCommand, flag, optionalChoice, type OptionValues, repeated, text, value } from "../command.ts";
import { applyColor, commonOptions, DEFAULT_DIR } from "../common_options.ts";
import { formatCount, formatShare, formatSize } from "../format_number.ts";
import { printable } from "../format_value.ts";
import { print, printNote, printWarning } from "../output.ts";
import { createStatusLine } from "../status_line.ts";
import { listenForStop } from "../stop_signals.ts";

const INTERRUPTED = 130;
/** How often the status line changes. */
const STATUS_MS = 250;

const options = {
  format: optionalChoice(
    "--format <form>",
    "form of the log (default: what its first lines look like)",
    IMPORT_FORMATS,
  ),
  name: text("-o, --name <name>", "name of the capture (default: that of the file)"),
  memory: flag(
    "--memory",
    "FILE is an image of a machine's memory: take the rings of its kernel driver out of it",
  ),
  set: text("--set <name>", "with --memory: which ring set, by its name or number, where there are several"),
  list: flag("--list", "with --memory: show the ring sets that are there, and import nothing"),
  timezone: value(
    "--timezone <zone>",
    "for times without a zone: Europe/Berlin, +01:00, local (default: UTC)",
    parseZone,
  ),
  year: value(
    "--year <year>",
    "for times without a year: that of the first line (default: by the file's own time)",
    parseYear,
  ),
  start: text(
    "--start <time>",
    "what times since boot or start count from, or the day of DebugView's clock times",
  ),
  column: repeated("--column <what=name>", `which column has it: ${COLUMN_ROLES.join(", ")}`, parseColumn),
  ...commonOptions,
};
type Given = OptionValues<typeof options>;

const HELP = `FILE is a log, "-" standard input. It becomes a capture, with the order of its lines:

  ndjson, csv  what "export" writes, and logs of other programs: columns with the usual names (time, level, msg, pid …) are
               found, --column names others, and what has no column of its own stands behind the message as name=value
  dmesg        plain, with levels (-x), raw (-r), and with --time-format ctime or iso
  syslog       RFC 5424, RFC 3164, files below /var/log, journalctl -o short and short-iso
  debugview    the log that DebugView saves, with elapsed or clock times

With --memory it is an image of memory: raw, an ELF core (/proc/vmcore, QEMU's dump-guest-memory), LiME's, a kdump-compressed one
(makedumpfile, QEMU; zlib, lzo, snappy, zstd), flattened or not, or a dump of 64-bit Windows (MEMORY.DMP). What had been logged up to the
crash and not been read yet is there; what was being written at that moment is counted as abandoned, what lies on pages that the image
lacks as corrupt. A minidump of Windows has the newest entries only.

A line that cannot be read is kept as an entry of type ${UNREAD_LINE_TYPE} whose remarks are the line's number. The exit status is 1 when nothing
could be read.

Examples:
  dmesg -x | deno task import - --name boot --start "$(uptime -s)" --timezone local
  deno task import /var/log/kern.log --timezone Europe/Berlin
  deno task import service.ndjson --column ts=when --column message=what
  deno task import debugview.log --start 2026-03-01
  deno task import --memory /var/crash/202603011200/dump.202603011200 --name after-crash
  deno task import --memory MEMORY.DMP --list`;

/** `import`: a log of another program as a capture. */
export const importCommand = defineCommand({
  name: "import",
  summary: "Make a capture of a log of another program",
  usage: "FILE",
  options,
  help: HELP,
  async run(given, { operands }) {
    applyColor(given);
    const [file] = operands;
    if (file === undefined) throw new CliError(`no log is named: import FILE, or "-" for standard input`);
    if (operands.length > 1) throw new CliError(`import reads one log, and ${operands.length} are named`);
    checkMemoryOptions(given, file);
    const dir = resolve(given.dir ?? DEFAULT_DIR);
    await checkCaptureFolder(dir, given.name);
    using stop = listenForStop({ onInsist: () => Deno.exit(INTERRUPTED) });
    const status = createStatusLine({ enabled: !given.quiet });
    try {
      if (given.list) return await listImage(file, given, { status, signal: stop.signal });
      if (given.memory) return await importImage(file, { ...given, dir }, { status, signal: stop.signal });
      const log: string | LogStream = file === "-"
        ? { stream: Deno.stdin.readable, name: "standard input" }
        : file;
      const result = await importLog(log, {
        ...settingsOf(given),
        dir,
        signal: stop.signal,
        onProgress: shower(status),
      });
      status.clear();
      await tellOf(result, given);
      return 0;
    } catch (error) {
      status.clear();
      if (stop.signal.aborted) return INTERRUPTED;
      throw error instanceof CaptureError
        ? new CliError(printable(error.message), { cause: error, exitCode: 1 })
        : error;
    }
  },
});

function checkMemoryOptions(
  { memory, set, list, format, timezone, year, start, column }: Given,
  file: string,
): void {
  const ofLogs =
    Object.entries({ format, timezone, year, start }).find(([, given]) => given !== undefined)?.[0] ??
      (column.length > 0 ? "column" : undefined);
  if (!memory && (set !== undefined || list)) {
    throw new CliError(`--${list ? "list" : "set"} is for images of memory: add --memory`);
  }
  if (!memory) return;
  if (ofLogs !== undefined) {
    throw new CliError(`--${ofLogs} is for logs, and --memory names an image of memory; leave one out`);
  }
  if (file === "-") {
    throw new CliError(
      "an image of memory is read here and there, which standard input does not allow; name a file",
    );
  }
}

function settingsOf({ format, name, timezone, year, start, column }: Given): Omit<ImportOptions, "dir"> {
  return {
    ...(format !== undefined && { format }),
    ...(name !== undefined && { name }),
    ...(timezone !== undefined && { timeZone: timezone }),
    ...(year !== undefined && { year }),
    ...(start !== undefined && { start }),
    columns: Object.fromEntries(column),
  };
}

function shower(status: ReturnType<typeof createStatusLine>): (progress: ImportProgress) => void {
  let shownAt = performance.now();
  return ({ bytes, totalBytes, entries }) => {
    if (performance.now() - shownAt < STATUS_MS) return;
    shownAt = performance.now();
    const share = totalBytes === null ? "" : ` · ${formatShare(bytes, totalBytes)}`;
    status.show(`importing · ${formatSize(bytes)}${share} · ${formatCount(entries)} entries`);
  };
}

async function tellOf(result: ImportResult, { json, quiet }: Given): Promise<void> {
  const { name, path, format, entries, records, unread, firstUnread, warnings } = result;
  if (!quiet) {
    for (const { line, reason, text } of firstUnread) {
      printWarning(printable(`line ${line}: ${reason}: ${text}`));
    }
    // The first says of every import what it is.
    for (const warning of warnings.slice(1)) printWarning(printable(warning));
  }
  if (json) {
    const object = { name, path, format, entries, records, unread, first_unread: firstUnread, warnings };
    await print(`${JSON.stringify(object, null, 2)}\n`);
  } else if (!quiet) {
    const near = relative(Deno.cwd(), path);
    await print(`${name}: ${formatCount(entries)} entries from ${format}\n`);
    printNote(near.startsWith("..") ? path : near);
  }
}

function parseZone(given: string): string {
  new LocalClock(given);
  return given;
}

function parseYear(given: string): number {
  if (/^(19[7-9]|2[01]\d)\d$/.test(given)) return Number(given);
  throw new RangeError(`"${given}" is no year from 1970 on`);
}

function parseColumn(given: string): readonly [ColumnRole, string] {
  const [, what = "", name] = /^(\w+)=(.+)$/s.exec(given) ?? [];
  const role = COLUMN_ROLES.find((one) => one === what);
  if (role !== undefined && name !== undefined) return [role, name];
  throw new RangeError(
    `"${given}" maps no column: write WHAT=NAME, where WHAT is one of ${COLUMN_ROLES.join(", ")}`,
  );
}
