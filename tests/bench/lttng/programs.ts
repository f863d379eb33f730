import { buildProgram, NoCompilerError } from "../../../runtime/build/build.ts";
import { DriverError } from "../../../runtime/errors.ts";

/** What to install where LTTng is missing. */
export const LTTNG_PACKAGES = "lttng-tools liblttng-ust-dev";

/** Programs that need LTTng's headers, and what runs its daemon. */
export interface LttngPrograms {
  readonly writer: string;
  readonly keeper: string;
}

/** Builds them, or null where LTTng's headers or its library are missing. */
export async function buildLttngPrograms(): Promise<LttngPrograms | null> {
  const libs = ["lttng-ust"];
  try {
    await buildProgram({ name: "bench/lttng-probe", sources: ["tests/bench/lttng/probe.c"], libs });
  } catch (error) {
    if (!(error instanceof DriverError) || error instanceof NoCompilerError) throw error;
    return null;
  }
  const [writer, keeper] = await Promise.all([
    buildProgram({
      name: "bench/lttng-writer",
      sources: ["tests/bench/lttng/writer.c"],
      // The tracer's macros read the provider again by its name.
      flags: ["-Itests/bench/lttng", "-Itests/bench/workers"],
      libs,
    }),
    buildProgram({ name: "bench/keeper", sources: ["tests/bench/lttng/keeper.c"] }),
  ]);
  return { writer, keeper };
}
