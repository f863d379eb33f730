/** Records a program without an end: `record_until_killed.ts DIR PROGRAM ARGS…`. Ended by record_test.ts with SIGKILL. */
import { record } from "../record.ts";

const [dir, program, ...args] = Deno.args;
if (dir === undefined || program === undefined) {
  throw new TypeError("usage: record_until_killed.ts DIR PROGRAM ARGS…");
}
await record({ dir, name: "killed", command: { program, args } });
