/**
 * The C programs of the bench, built when they are out of date.
 * @module
 */
import { DriverError } from "../../runtime/errors.ts";
import { buildProgram, type BuildResult, ensureBuilt } from "../../runtime/build/build.ts";

const READER = ["driver/reader/*.c", "driver/core/*.c", "driver/user/host.c", "driver/user/ringset_file.c"];

/** Paths of what is measured and of what measures it. */
export interface BenchPrograms {
  /** The reader library. */
  readonly library: string;
  readonly send: string;
  readonly drain: string;
  readonly reader: string;
  readonly paced: string;
}

/**
 * Builds everything.
 *
 * @throws {DriverError} There is no compiler here, or it refused.
 */
export async function buildPrograms(): Promise<BenchPrograms> {
  const { reader: library, driver, reason }: BuildResult = await ensureBuilt();
  if (library === null || driver === null) throw new DriverError(`build the bench: ${reason}`);
  const linked = (name: string) =>
    buildProgram({ name: `bench/${name}`, sources: [`tests/bench/${name}.c`], libs: ["ringscope"] });
  const whole = (name: string) =>
    buildProgram({ name: `bench/${name}`, sources: [`tests/bench/${name}.c`, ...READER] });
  const [send, paced, drain, reader] = await Promise.all([
    linked("send"),
    linked("paced"),
    whole("drain"),
    whole("reader"),
  ]);
  return { library, send, paced, drain, reader };
}
