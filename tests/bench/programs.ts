/**
 * The C programs of the bench, built when they are out of date.
 * @module
 */
import { DriverError } from "../../runtime/errors.ts";
import { buildProgram, type BuildResult, ensureBuilt, READER_LIBRARY } from "../../runtime/build/build.ts";
import { buildLttngPrograms, type LttngPrograms } from "./lttng/programs.ts";

/** Paths of what is measured and of what measures it. */
export interface BenchPrograms {
  /** The reader library. */
  readonly library: string;
  readonly send: string;
  readonly single: string;
  readonly counter: string;
  readonly captured: string;
  readonly drain: string;
  readonly reader: string;
  readonly paced: string;
  readonly events: string;
  /** Null where LTTng is not installed. */
  readonly lttng: LttngPrograms | null;
}

/**
 * Builds everything.
 *
 * @throws {DriverError} There is no compiler here, or it refused.
 */
export async function buildPrograms(): Promise<BenchPrograms> {
  const { reader: library, driver, reason }: BuildResult = await ensureBuilt();
  if (library === null || driver === null) throw new DriverError(`build the bench: ${reason}`);
  const build = (name: string, sources: readonly string[], libs: readonly string[]) =>
    buildProgram({ name: `bench/${name}`, sources: [`tests/bench/workers/${name}.c`, ...sources], libs });
  const linked = (name: string) => build(name, [], ["ringscope"]);
  const whole = (name: string) => build(name, READER_LIBRARY.sources, []);
  const [send, single, counter, captured, paced, drain, reader, events, lttng] = await Promise.all([
    linked("send"),
    linked("single"),
    build("counter", [], []),
    linked("captured"),
    linked("paced"),
    whole("drain"),
    whole("reader"),
    whole("events"),
    buildLttngPrograms(),
  ]);
  return { library, send, single, counter, captured, paced, drain, reader, events, lttng };
}
