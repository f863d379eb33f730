/**
 * Records in the guest until a file appears: `record.ts RINGS FOLDER NAME native|typescript STOP_FILE`. Writes FOLDER/NAME.ready when
 * entries are being taken, and FOLDER/NAME.json at the end.
 * @module
 */
import { record } from "../../../../runtime/capture/record.ts";

const [rings, folder, name, engine, stopFile] = Deno.args;
if (
  rings === undefined || folder === undefined || name === undefined || stopFile === undefined ||
  (engine !== "native" && engine !== "typescript")
) {
  throw new TypeError("usage: record.ts RINGS FOLDER NAME native|typescript STOP_FILE");
}

const stop = new AbortController();
const watching = setInterval(async () => {
  if (await Deno.stat(stopFile).then(() => true, () => false)) stop.abort();
}, 50);
let isReady = false;
const result = await record({
  dir: folder,
  name,
  rings,
  engine,
  signal: stop.signal,
  // No writer dies here; one that gets no time in an emulated machine is no fault.
  stallMs: 600_000,
  onStatus: ({ phase }) => {
    if (isReady || phase !== "recording") return;
    isReady = true;
    Deno.writeTextFileSync(`${folder}/${name}.ready`, "");
  },
});
clearInterval(watching);
await Deno.writeTextFile(`${folder}/${name}.json`, JSON.stringify(result));
