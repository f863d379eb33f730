import { join } from "@std/path";
import { projectRoot } from "../../../../runtime/build/place.ts";

/** A row of a table of cases: a statement and its function. */
const ROW = /^\t\{"((?:[^"\\]|\\.)*)", \w+\},$/gm;

/**
 * The statements of guest/device, those for every system and those for Windows, by name of file. They are read from the tables in the
 * sources, because the program that could list them runs under Wine only.
 */
export async function listCases(): Promise<string[]> {
  const names: string[] = [];
  for (const folder of ["tests/kernel/guest/device", "tests/kernel/windows/guest/device"]) {
    const files = (await Array.fromAsync(Deno.readDir(join(projectRoot(), folder)), ({ name }) => name))
      .sort();
    for (const file of files.filter((name) => name.endsWith("_cases.c"))) {
      const text = await Deno.readTextFile(join(projectRoot(), folder, file));
      names.push(...[...text.matchAll(ROW)].map(([, name = ""]) => name.replaceAll(/\\(.)/g, "$1")));
    }
  }
  return names;
}
