import { resolve } from "@std/path";
import { CliError } from "../../errors.ts";
import { defineCommand, flag, type OptionValues, text } from "../command.ts";
import { applyColor, commonOptions } from "../common_options.ts";
import { print } from "../output.ts";

const ACTIONS = ["install", "start", "stop", "remove", "status"] as const;
type Action = typeof ACTIONS[number];

const options = {
  file: text("--file <path>", "install: the ringscope.sys to copy (default: the one in build/windows)"),
  boot: flag("--boot", "install: start it with the system, before other drivers; otherwise by driver start"),
  ...commonOptions,
};

type Given = OptionValues<typeof options>;

const HELP = `  install   copy ringscope.sys to the system's drivers and make its service
  start     load it
  stop      unload it; not while programs or drivers use it
  remove    remove service and file
  status    show what is there

For Windows; all but status take an administrator's rights. A driver without Microsoft's signature is loaded only where test signing is on:
driver/windows/README.md. The Linux driver is a module: driver/linux/README.md.

Examples:
  deno task driver install
  deno task driver start
  deno task capture --windows`;

/** `driver`: the Windows kernel driver's service. */
export const driver = defineCommand({
  name: "driver",
  summary: "Install, start, stop and remove the Windows kernel driver",
  usage: "ACTION",
  options,
  help: HELP,
  async run(given, { operands: [word, ...others] }) {
    applyColor(given);
    const action = readAction(word, others);
    if (action !== "install" && (given.file !== undefined || given.boot)) {
      throw new CliError(`--file and --boot are for driver install; leave them out`);
    }
    if (Deno.build.os !== "windows") throw elsewhere(action);
    return await act(action, given);
  },
});

function readAction(word: string | undefined, others: readonly string[]): Action {
  const action = ACTIONS.find((one) => one === word);
  if (action === undefined) {
    throw new CliError(
      `${word === undefined ? "no action" : `"${word}" is no action`}: driver ${
        ACTIONS.slice(0, -1).join(", ")
      } or ` +
        `${ACTIONS.at(-1)} (--help tells more)`,
    );
  }
  if (others.length > 0) {
    throw new CliError(`unexpected argument "${others[0]}": driver ${action} takes none`);
  }
  return action;
}

/** What does the same for a module of the Linux kernel. */
const ON_LINUX: Readonly<Record<Action, string>> = {
  install:
    "deno task build:linux, and to have it with every kernel: sudo dkms add build/linux/$(uname -r), sudo dkms install ringscope",
  start:
    "sudo insmod build/linux/$(uname -r)/ringscope.ko, or, where it is installed by DKMS, sudo modprobe ringscope",
  stop: "sudo rmmod ringscope",
  remove: "sudo rmmod ringscope, and where it is installed by DKMS: sudo dkms remove ringscope --all",
  status: "deno task doctor",
};

function elsewhere(action: Action): CliError {
  const attempted =
    `driver ${action}: this is ${Deno.build.os}, and the command is for the service manager of Windows`;
  const next = Deno.build.os === "linux"
    ? `the Linux driver is a module: ${ON_LINUX[action]}`
    : "there are kernel drivers for Linux and Windows; programs are recorded without any: deno task capture -- COMMAND";
  return new CliError(`${attempted}; ${next}`);
}

async function act(action: Action, given: Given): Promise<number> {
  const service = await import("../../capture/windows/driver_service.ts");
  switch (action) {
    case "install": {
      const file = given.file === undefined ? undefined : resolve(given.file);
      const { from, path, start } = await service.installDriver(given.boot ? "boot" : "demand", file);
      const next = start === "boot" ? "it starts with the system" : "next: deno task driver start";
      return await tell(given, `installed ${path} from ${from}; ${next}`);
    }
    case "start":
      await service.startDriver();
      return await tell(given, "the driver is running; next: deno task capture --windows");
    case "stop":
      await service.stopDriver();
      return await tell(given, "the driver is stopped");
    case "remove":
      await service.removeDriver();
      return await tell(given, "the driver is removed");
    case "status":
      return await tell({ ...given, quiet: false }, null);
  }
}

/** What was done, or for machines always what is now; null: for people, too. */
async function tell(given: Given, done: string | null): Promise<number> {
  if (!given.json && done !== null) {
    if (!given.quiet) await print(`${done}\n`);
    return 0;
  }
  const { driverJson, driverReport, readDriverStatus } = await import("../driver/driver_report.ts");
  const { readWindowsFacts } = await import("../../capture/windows/windows_facts.ts");
  const status = readDriverStatus(readWindowsFacts());
  await print(given.json ? `${JSON.stringify(driverJson(status), null, 2)}\n` : driverReport(status));
  return 0;
}
