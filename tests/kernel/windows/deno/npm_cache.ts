/**
 * The folder in which a Deno for Windows finds npm packages, and that Deno itself, filled on Linux: packages are the same everywhere but for
 * the few that are made for one system.
 * @module
 */
import { join } from "@std/path";
import { projectRoot } from "../../../../runtime/build/place.ts";
import { runTool } from "../../linux/harness/guest_error.ts";

/** What is started: nobody imports workers. */
const ENTRIES = [
  "runtime/cli/main.ts",
  "runtime/capture/drain_worker.ts",
  "runtime/capture/writer_worker.ts",
  "runtime/live/where_worker.ts",
  "runtime/seal/seal_worker.ts",
  "runtime/store/store_worker.ts",
];

/** Fills it with what is missing; gives the path of `deno.exe` in it. @throws {GuestError} A package cannot be had. */
export async function fillNpmCache(folder: string): Promise<string> {
  const { imports } = JSON.parse(await Deno.readTextFile(join(projectRoot(), "deno.json")));
  const duckdb = String(imports["@duckdb/node-api"]).split("@").at(-1);
  const { deno: version } = Deno.version;
  const cache = ["env", `DENO_DIR=${folder}`, Deno.execPath(), "cache"];
  await runTool([...cache, ...ENTRIES], "fetch the program's packages", { cwd: projectRoot() });
  const forWindows = [`npm:@duckdb/node-bindings-win32-x64@${duckdb}`, `npm:@deno/win32-x64@${version}`];
  // Not among the project's own: they are for another system than this one.
  await runTool([...cache, "--no-config", "--no-lock", ...forWindows], "fetch the packages for Windows", {
    cwd: folder,
  });
  return `npm/registry.npmjs.org/@deno/win32-x64/${version}/deno.exe`;
}
