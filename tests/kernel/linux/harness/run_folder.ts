import { join } from "@std/path";
import { buildFolder } from "../../../../runtime/build/place.ts";

const KEPT_RUNS = 8;

/** A new folder for one run, in this folder below the build's; the oldest are removed. */
export async function makeRunFolder(name: string): Promise<string> {
  const runs = join(buildFolder(), name);
  await Deno.mkdir(runs, { recursive: true });
  const found = await Array.fromAsync(Deno.readDir(runs));
  const old = found.map(({ name }) => name).sort().slice(0, -KEPT_RUNS);
  for (const name of old) await Deno.remove(join(runs, name), { recursive: true }).catch(() => {});
  const stamp = new Date().toISOString().replaceAll(/[-:.]/g, "");
  return await Deno.makeTempDir({ dir: runs, prefix: `${stamp}-` });
}
