/**
 * `ringscope`: one program behind every task that users run.
 * @module
 */
import { type CliCommand, runProgram } from "./command.ts";
import { capture } from "./commands/capture.ts";
import { baseline } from "./commands/baseline.ts";
import { compare } from "./commands/compare.ts";
import { completeFor } from "./commands/complete.ts";
import { control } from "./commands/control.ts";
import { driver } from "./commands/driver.ts";
import { doctor } from "./commands/doctor.ts";
import { exportCommand } from "./commands/export.ts";
import { importCommand } from "./commands/import.ts";
import { info } from "./commands/info.ts";
import { list } from "./commands/list.ts";
import { mark } from "./commands/mark.ts";
import { queries } from "./commands/queries.ts";
import { report } from "./commands/report.ts";
import { rm } from "./commands/rm.ts";
import { run } from "./commands/run.ts";
import { sql } from "./commands/sql.ts";
import { tail } from "./commands/tail.ts";
import { types } from "./commands/types.ts";
import { reportFailure } from "./report_failure.ts";
import { userFolder } from "./user_folder.ts";

/** Every command, in the order of the help. */
export const COMMANDS: readonly CliCommand[] = [
  capture,
  sql,
  queries,
  run,
  tail,
  compare,
  baseline,
  control,
  types,
  mark,
  exportCommand,
  importCommand,
  report,
  list,
  info,
  rm,
  driver,
  doctor,
  completeFor(() => COMMANDS),
];

if (import.meta.main) {
  try {
    Deno.chdir(userFolder());
    Deno.exitCode = await runProgram(COMMANDS, Deno.args);
  } catch (error) {
    Deno.exitCode = reportFailure(error);
  }
  // Not before everything is written, and without waiting for a worker that something left behind.
  Deno.exit();
}
