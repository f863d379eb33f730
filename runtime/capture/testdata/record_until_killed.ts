/**
 * Records a program without an end: `record_until_killed.ts DIR FORMAT PROGRAM ARGS…`, as Parquet in many small segments. Ended by
 * record_test.ts and record_sealing_test.ts with SIGKILL.
 */
import { record } from "../record.ts";

const [dir, format, program, ...args] = Deno.args;
if (dir === undefined || program === undefined) {
  throw new TypeError("usage: record_until_killed.ts DIR arrow|parquet PROGRAM ARGS…");
}
await record({
  dir,
  name: "killed",
  command: { program, args },
  ...(format === "parquet" ? { format, segmentBytes: 20_000 } : {}),
});
