import { resolve } from "@std/path";
import { CliError } from "../../errors.ts";
import { checkRecordOptions } from "../../capture/record_settings.ts";
import type { RecordOptions, RecordResult } from "../../capture/record_types.ts";
import {
  defineCommand,
  flag,
  negation,
  optionalChoice,
  type OptionValues,
  presetChoice,
  text,
  value,
} from "../command.ts";
import { applyColor, commonOptions, DEFAULT_DIR } from "../common_options.ts";
import { commandExitCode, LOST_ENTRIES, OWN_FAILURE } from "../capture/command_exit_code.ts";
import { filterOptions, readFilter } from "../capture/filter_options.ts";
import { kernelOptions, readKernel } from "../capture/kernel_options.ts";
import { exampleCommand } from "../capture/example_command.ts";
import { captureJson } from "../capture/capture_json.ts";
import { captureReport } from "../capture/capture_report.ts";
import { readLatencies } from "../capture/latencies.ts";
import { print, printNote, printWarning } from "../output.ts";
import { parseDuration } from "../parse_duration.ts";
import { resolveRings } from "../../reader/device_path.ts";
import { parseRingSize, parseSize } from "../parse_size.ts";
import { createStatusLine } from "../status_line.ts";
import { listenForStop } from "../stop_signals.ts";

const options = {
  rings: text("--rings <path>", "record the rings that a program has made"),
  kmsg: presetChoice(
    "--kmsg [from]",
    "record the Linux kernel's log: what dmesg shows and what follows (all, the default), or only what is new (new)",
    ["all", "new"],
  ),
  ...kernelOptions,
  once: flag("--once", "with --rings, --linux, --windows or --kmsg: take what is there and exit"),
  preload: negation(
    "--no-preload",
    "record only what the command logs itself, not its file and network calls",
  ),
  failOnLoss: flag("--fail-on-loss", "exit with status 4 where entries were lost"),
  duration: value("--duration <time>", "stop after this time: 10s, 500ms, 2m", parseDuration),
  name: text("--name <name>", "name of the capture (default: capture-DATE-TIME)"),
  ringSize: value("--ring-size <size>", "bytes of each ring, a power of two: 64KiB, 4MiB", parseRingSize),
  ringMemory: value("--ring-memory <size>", "bytes of all rings together (default: 256MiB)", parseSize),
  ...filterOptions,
  mode: optionalChoice(
    "--mode <mode>",
    "a full ring refuses what comes (discard) or its oldest entries make room (overwrite)",
    [
      "discard",
      "overwrite",
    ],
  ),
  order: optionalChoice(
    "--order <order>",
    "order by one counter (index), or by invariant clocks (clock), which costs less where many processors log",
    ["index", "clock"],
  ),
  stall: value(
    "--stall <time>",
    "pass the entry of a writer that stands still inside it (default: 1s)",
    parseDuration,
  ),
  reorderMemory: value(
    "--reorder-memory <size>",
    "bytes that may wait for an entry that is missing (default: 256MiB)",
    parseSize,
  ),
  format: optionalChoice(
    "--format <format>",
    "what closed segments become: Parquet, which other tools read (default), or the Arrow that they are (arrow)",
    ["parquet", "arrow"],
  ),
  segmentAge: value(
    "--segment-age <time>",
    "close a file of the capture after this time although it is small (default: 10m, or an eighth of --keep-age)",
    parseDuration,
  ),
  keepSize: value(
    "--keep-size <size>",
    "keep the capture's folder below this size, at least 64MiB: its oldest entries go",
    parseSize,
  ),
  keepAge: value("--keep-age <time>", "keep entries for this time: 12h, 7d; older ones go", parseDuration),
  keepSegments: value(
    "--keep-segments <count>",
    "keep at most so many closed segments; the oldest go",
    parseCount,
  ),
  buffer: value("--buffer <size>", "bytes that may wait for the disk (default: 256MiB)", parseSize),
  ...commonOptions,
};

const HELP =
  `Without arguments it records an example: a program that reads and hashes files on every processor.
The program after "--" is recorded as it is: its file and network calls, and those of what it starts, with result and
duration (Linux; not static, Go and setuid programs). One that links libringscope.so logs itself instead: it finds the rings in
RINGSCOPE_RINGS.
A command's own exit status is passed on (128 + n for a signal, 126 and 127 as env does, 125 for a failure here);
one that ends because the capture was stopped counts as ended in order. Ctrl-C, SIGTERM and --duration stop a
capture in order, with exit status 0; a second Ctrl-C gives up at once, or, when all is stored, leaves what is not yet
Parquet as Arrow, which every command here reads as well. With --fail-on-loss the status is 4 where entries were lost,
whatever the command's own was.

With --kmsg it records the Linux kernel's log instead, as dmesg shows it and then as it grows. Where kernel.dmesg_restrict is 1
that takes root or CAP_SYSLOG. What is not read yet waits in the kernel's own buffer; what the kernel overwrites there is counted.

With --linux it records what modules of the Linux kernel log through the driver ringscope.ko (driver/linux): into the set of that name where
there is one, else into a new one that goes when the capture ends. Tracepoints need no module: --tracepoint. A command after "--" is
started meanwhile, and not recorded itself. What is missing is said with the command that mends it; doctor shows the same.

With --windows it records what drivers of Windows log through the driver ringscope.sys (driver/windows) in the same way; driver installs and
starts it.

Examples:
  deno task capture
  deno task capture -- ./server --port 8080
  deno task capture --linux --tracepoint block_rq_issue,block_rq_complete -- dd if=/dev/sda of=/dev/null bs=1M count=100
  deno task capture --rings /dev/shm/my-driver --duration 10s --json
  deno task capture --kmsg --once --name boot

Less of it: what is not wanted is taken from the rings, counted as filtered, and not stored; it is no loss. Patterns mean typed events:
their name or, with a colon, file:line; * stands for any text, ? for one byte. Texts and data have no name: --only leaves them out. Marks
stay. To spare the program the writing too, switch its sites off: control.
  deno task capture --only 'nvme_*' --only 'queue.c:*' --min-severity info -- ./server

For weeks, in a folder that stays small: what is too old or too much goes, oldest first, and the account goes on:
  deno task capture --keep-size 10GiB --keep-age 7d -- ./server

A flight recorder: make the rings with --mode overwrite (or RS_MODE_OVERWRITE in the program), let it run, and take what
they hold at the moment of interest with
  deno task capture --rings PATH --once`;

/** `capture`: records until Ctrl-C or SIGTERM, --duration, or the command's end. */
export const capture = defineCommand({
  name: "capture",
  summary: "Record what drivers and programs log",
  usage: "[-- COMMAND…]",
  takesCommand: true,
  options,
  help: HELP,
  async run(given, { operands, rest }) {
    applyColor(given);
    if (operands.length > 0) {
      throw new CliError(
        `unexpected argument "${operands[0]}": to record a program, write it after "--": capture -- ${
          operands.join(" ")
        }`,
      );
    }
    if (rest?.length === 0) throw new CliError(`"--" must be followed by the command to record`);
    if (rest !== null && given.rings !== undefined) {
      throw new CliError(`--rings and a command exclude each other: the command gets rings of its own`);
    }
    if (given.kmsg !== undefined) checkKmsgOptions(given, rest);
    const kernel = readKernel(given, given);
    if (given.once && given.rings === undefined && given.kmsg === undefined && kernel === undefined) {
      throw new CliError(
        `--once needs --rings PATH, --linux, --windows or --kmsg: it takes what waits in rings that exist, or in the kernel's log`,
      );
    }
    if (given.rings !== undefined && (given.ringSize !== undefined || given.ringMemory !== undefined)) {
      throw new CliError(
        `--ring-size and --ring-memory do not go with --rings: those rings are made already`,
      );
    }
    if (given.rings !== undefined && (given.mode !== undefined || given.order !== undefined)) {
      throw new CliError(`--mode and --order do not go with --rings: those rings are made already`);
    }

    let result: RecordResult;
    const status = createStatusLine({ enabled: !given.quiet });
    const reading = new AbortController();
    const sealing = new AbortController();
    let isSealing = false;
    let insist = (): void => {
      if (isSealing && !sealing.signal.aborted) return sealing.abort();
      status.clear();
      printWarning("given up before the end was written; what had been appended is kept");
      Deno.exit(130);
    };
    using stop = listenForStop({ onInsist: () => insist() });
    try {
      const { record } = await import("../../capture/record.ts");
      const program = rest === null
        ? (given.rings ?? given.kmsg ?? kernel) === undefined ? await exampleCommand() : undefined
        : { program: rest[0] ?? "", args: rest.slice(1), preload: given.preload && kernel === undefined };
      const wanted: RecordOptions = {
        dir: resolve(given.dir ?? DEFAULT_DIR),
        signal: stop.signal,
        onStatus: (told) => {
          isSealing = told.phase === "sealing";
          status.update(told);
        },
        format: given.format ?? "parquet",
        sealSignal: sealing.signal,
        once: given.once,
        commandLine: ["capture", ...Deno.args.slice(1)],
        ...(given.rings === undefined ? {} : { rings: resolveRings(given.rings) }),
        ...(given.kmsg === undefined ? {} : { kmsg: given.kmsg }),
        ...kernel,
        // Standard output belongs to the one JSON object.
        ...(program === undefined
          ? {}
          : { command: { ...program, stdout: given.json ? "stderr" : "inherit" } }),
        ...(given.name === undefined ? {} : { name: given.name }),
        ...(given.duration === undefined ? {} : { durationMs: given.duration }),
        ...(given.ringSize === undefined ? {} : { ringBytes: given.ringSize }),
        ...(given.ringMemory === undefined ? {} : { ringMemory: given.ringMemory }),
        ...(given.mode === undefined ? {} : { mode: given.mode }),
        ...(given.order === undefined ? {} : { order: given.order }),
        ...(given.stall === undefined ? {} : { stallMs: given.stall }),
        ...(given.reorderMemory === undefined ? {} : { reorderBytes: given.reorderMemory }),
        ...(given.buffer === undefined ? {} : { bufferBytes: given.buffer }),
        ...(given.segmentAge === undefined ? {} : { segmentAgeMs: given.segmentAge }),
        ...(given.keepSize === undefined ? {} : { keepBytes: given.keepSize }),
        ...(given.keepAge === undefined ? {} : { keepAgeMs: given.keepAge }),
        ...readFilter(given),
        ...(given.keepSegments === undefined ? {} : { keepSegments: given.keepSegments }),
      };
      checkOptions(wanted);
      result = await record(wanted);
    } catch (error) {
      status.clear();
      throw rest === null ? error : await commandFailure(error);
    }
    insist = () => reading.abort();
    status.clear();
    for (const warning of result.warnings) printWarning(warning);
    if (!given.quiet) { for (const note of result.notes) printNote(note); }

    if (given.json || !given.quiet) {
      status.show("reading the delivery latencies");
      const latencies = await readLatencies(result.path, reading.signal);
      status.clear();
      if (given.json) await print(captureJson(result, latencies));
      else await print(captureReport(result, latencies, given));
    }
    const isFailedByLoss = given.failOnLoss && result.lost > 0;
    if (given.kmsg !== undefined && (result.commandStatus?.code ?? 0) !== 0) return 1;
    if (rest === null) return isFailedByLoss ? LOST_ENTRIES : 0;
    const ended = commandExitCode(result.commandStatus, stop.signal.aborted || given.duration !== undefined);
    if (ended !== 0 && !given.quiet) printNote(`${rest[0]} ended with exit status ${ended}`);
    return isFailedByLoss ? LOST_ENTRIES : ended;
  },
});

/** The kernel's log is a source of its own, with rings of its own. */
function checkKmsgOptions(given: OptionValues<typeof options>, rest: string[] | null): void {
  if (rest !== null || given.rings !== undefined) {
    throw new CliError(
      `--kmsg and ${
        rest === null ? "--rings" : "a command"
      } exclude each other: record each in its own capture`,
    );
  }
  if (given.mode !== undefined || given.order !== undefined) {
    throw new CliError(
      `--mode and --order do not go with --kmsg: the order is the kernel's, and what is not read yet waits in its buffer`,
    );
  }
  if (given.once && given.kmsg === "new") {
    throw new CliError(`--once does not go with --kmsg=new: nothing new is there yet; leave one of them out`);
  }
}

function parseCount(given: string): number {
  if (!/^[1-9]\d{0,8}$/.test(given)) {
    throw new RangeError(`"${given}" is no number of segments; write for example 100`);
  }
  return Number(given);
}

/** What cannot be asked for is wrong use, also before a command's failures are told apart from its own. */
function checkOptions(wanted: RecordOptions): void {
  try {
    checkRecordOptions(wanted);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    throw new CliError(error.message, { cause: error });
  }
}

/** Failures of `capture -- COMMAND` must not look like the command's own status. */
async function commandFailure(error: unknown): Promise<CliError> {
  if (error instanceof CliError) return error;
  const { CommandError } = await import("../../capture/child_command.ts");
  const exitCode = error instanceof CommandError ? error.code : OWN_FAILURE;
  return new CliError(error instanceof Error ? error.message : String(error), { cause: error, exitCode });
}
