import { join } from "@std/path";
import { projectRoot } from "../../runtime/build/place.ts";

/** The names of all test points in the sources of the driver and of the reader, sorted. */
export async function testPointNames(): Promise<string[]> {
  const names = new Set<string>();
  for (const part of ["core", "user", "reader"]) {
    const folder = join(projectRoot(), "driver", part);
    for await (const { name } of Deno.readDir(folder)) {
      if (!/\.[ch]$/.test(name)) continue;
      const text = await Deno.readTextFile(join(folder, name));
      for (const [, point] of text.matchAll(/\bRS_TEST_POINT\("([^"]+)"\)/g)) names.add(point as string);
    }
  }
  return [...names].sort();
}
