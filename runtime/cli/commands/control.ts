import { basename, resolve } from "@std/path";
import { CliError } from "../../errors.ts";
import { changeRules } from "../../ffi/site_control.ts";
import { areWritersGone, readRingSites } from "../../sites/ring_sites.ts";
import { defineCommand, flag, negation } from "../command.ts";
import { applyColor, commonOptions, DEFAULT_DIR } from "../common_options.ts";
import { changeOptions, readChanges } from "../control/changes.ts";
import { countEntries } from "../control/count_entries.ts";
import { findRings } from "../control/find_rings.ts";
import { changesReport, countMatches, levelName, sitesJson, sitesReport } from "../control/sites_report.ts";
import { print, printNote } from "../output.ts";

const options = {
  ...changeOptions,
  list: flag("--list", "show the sites and the rules, as it does where nothing is to be changed"),
  count: negation(
    "--no-count",
    "leave out how many entries of each event are stored, for which it reads them",
  ),
  ...commonOptions,
};

const HELP =
  `A site is a place in a program that logs: RS_EVENT, rs_log or rs_send. One that is switched off costs its program a load, a compare
and a branch, and nothing counts as lost. Rules act at once, in all programs that log into these rings, and stay for sites and
programs that come later. The last rule that matches a site decides, in the order of the command line.

A pattern is compared with the name (of typed events theirs, of rs_log and rs_send the function's) or, with a colon in it, with
file:line; * stands for any text, ? for one byte. --severity warn is for what no rule names, --severity warn=nvme_* for some.

Without RINGS or CAPTURE it means the newest capture that is being recorded. To list sites it is enough that the rings can be read.

Examples:
  deno task control
  deno task control --disable '*' --enable 'nvme_*'
  deno task control --severity warn --severity trace=queue.c:*
  deno task control /dev/shm/my-driver --reset`;

/** `control`: which sites of a running program log. */
export const control = defineCommand({
  name: "control",
  summary: "Switch the call sites of a running program on and off",
  usage: "[RINGS|CAPTURE]",
  options,
  help: HELP,
  async run(given, { operands }) {
    applyColor(given);
    if (operands.length > 1) {
      throw new CliError(
        `unexpected argument "${
          operands[1]
        }": name one ring set or capture, and put patterns that have a * into quotes`,
      );
    }
    const { path, header, capture, isRecorded } = await findRings(
      operands[0],
      resolve(given.dir ?? DEFAULT_DIR),
    );
    const changes = readChanges(given);
    const isChange = given.reset || changes.length > 0;
    // Also where only rules are set: rings without a table have nowhere to put them.
    let sites = readRingSites(path, header);
    if (isChange) {
      changeRules(path, changes, given.reset);
      sites = readRingSites(path, header);
    }
    const isListed = given.list || !isChange;
    const stored = isListed && given.count && isRecorded && capture !== null
      ? await countEntries(capture)
      : null;
    if (given.json) {
      const { sites: listed, ...rules } = sitesJson(sites, stored);
      const object = {
        rings: path,
        capture: capture === null ? null : basename(capture),
        writers_gone: areWritersGone(path, header),
        changes: changes.map(({ pattern, level }) => ({
          pattern,
          level: levelName(level),
          sites: countMatches(sites, pattern),
        })),
        ...rules,
        ...(isListed ? { sites: listed } : {}),
      };
      await print(`${JSON.stringify(object, null, 2)}\n`);
      return 0;
    }
    if (isChange && !given.quiet && areWritersGone(path, header)) {
      printNote("nobody who logs into these rings is alive: the rules wait for those who open them");
    }
    if (isChange && !given.quiet) await print(changesReport(changes, given.reset, sites));
    if (isListed) await print(sitesReport(sites, stored));
    return 0;
  },
});
