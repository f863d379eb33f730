/**
 * Records a producer into a folder and prints the result as one line of JSON: `record_into.ts DIR SEGMENT_BYTES PROGRAM ARGS…`.
 * Run by disk_faults_test.ts where the folder is a small or read-only file system.
 * @module
 */
import { capture } from "../../../runtime/mod.ts";

const [dir = "", segmentBytes = "", program = "", ...args] = Deno.args;
try {
  const result = await capture({
    dir,
    name: "run",
    command: { program, args },
    ringBytes: 1 << 24,
    segmentBytes: Number(segmentBytes),
    fullDiskPatienceMs: 0,
    stallMs: 600_000, // a producer that stands still is not what is tested
    format: "parquet",
  });
  console.log(JSON.stringify(result));
} catch (error) {
  console.log(JSON.stringify({ refused: error instanceof Error ? error.message : String(error) }));
}
