import { CliError } from "../../errors.ts";

/** Real work for a few seconds, on a folder that exists on every system with a C compiler. */
const ARGUMENTS = ["--quiet", "--limit-seconds", "5", "/usr"];

/** The program that `capture` records when it is given none; built when it is missing or out of date. */
export async function exampleCommand(): Promise<{ program: string; args: string[] }> {
  const { ensureBuilt } = await import("../../build/build.ts");
  const { examples, reason } = await ensureBuilt();
  const program = examples["walk"];
  if (program === undefined) {
    throw new CliError(
      `cannot build the example program: ${reason ?? "driver/examples/walk.c is missing"}; ` +
        `to record rings that exist: capture --rings PATH`,
      { exitCode: 1 },
    );
  }
  return { program, args: ARGUMENTS };
}
