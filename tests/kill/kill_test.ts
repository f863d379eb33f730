/**
 * Kills producers and readers 500 times, at every test point and at any time (kill.c), and proves that no test point is forgotten.
 */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { buildProgram } from "../../runtime/build/build.ts";
import { projectRoot } from "../../runtime/build/place.ts";
import { stressSeed } from "../stress/stress_seed.ts";

const KILLS = 500;

async function buildKill(): Promise<string> {
  return await buildProgram({
    name: "tests/kill",
    sources: ["tests/kill/kill.c", "driver/core/*.c", "driver/user/*.c", "driver/reader/*.c"],
    flags: ["-DRS_TEST_POINTS"],
  });
}

async function runKill(args: readonly string[]): Promise<{ code: number; lines: string[] }> {
  const { code, stdout, stderr } = await new Deno.Command(await buildKill(), {
    args: [...args],
    stdin: "null",
  })
    .output();
  const text = new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout);
  return { code, lines: text.trimEnd().split("\n") };
}

/** The names of all test points in the sources of the driver and of the reader. */
async function namesInSources(): Promise<string[]> {
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

Deno.test("every test point of the driver and the reader is one at which somebody is killed", async () => {
  const { lines } = await runKill(["--points"]);
  assertEquals(lines.toSorted(), await namesInSources());
});

Deno.test(`${KILLS} kills of producers and readers lose nothing that is not counted, and stall nothing`, async () => {
  const { code, lines } = await runKill(["--times", String(KILLS), "--seed", String(stressSeed())]);
  console.log(lines.join("\n"));
  assertEquals(code, 0);
});
