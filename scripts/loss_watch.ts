/**
 * Watches a capture while it is recorded and tells each new loss on standard error. Ends with the capture: with 1 when something was lost,
 * else with 0. Of a finished capture it tells at once.
 *
 *     deno task run scripts/loss_watch.ts CAPTURE
 *
 * @module
 */
import { openCapture } from "@ringscope/ringscope";

const [path] = Deno.args;
if (path === undefined) {
  console.error("usage: loss_watch.ts CAPTURE");
  Deno.exit(2);
}

await using log = await openCapture(path, { follow: true });
let known = 0n;
await log.watch`SELECT sum(lost)::UBIGINT AS lost, sum(attempts)::UBIGINT AS attempts FROM loss_by_processor`
  .every(
    "500ms",
    (row) => {
      const lost = row["lost"] as bigint | null ?? 0n;
      if (lost > known) console.error(`${lost - known} more lost, ${lost} of ${row["attempts"]} in all`);
      known = lost;
    },
  ).finished;
for (const { processor, cause, lost } of await log.table("gaps")) {
  console.error(`processor ${processor}: ${lost} lost (${cause})`);
}
console.log(known === 0n ? "nothing lost" : `${known} lost`);
Deno.exitCode = known === 0n ? 0 : 1;
