/**
 * Kills producers and readers 500 times, at every test point and at any time (kill.c), and proves that no test point is forgotten.
 */
import { assertEquals } from "@std/assert";
import { buildProgram } from "../../runtime/build/build.ts";
import { stressSeed } from "../stress/stress_seed.ts";
import { testPointNames } from "../support/test_points.ts";

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

Deno.test("every test point of the driver and the reader is one at which somebody is killed", async () => {
  const { lines } = await runKill(["--points"]);
  assertEquals(lines.toSorted(), await testPointNames());
});

Deno.test(`${KILLS} kills of producers and readers lose nothing that is not counted, and stall nothing`, async () => {
  const { code, lines } = await runKill(["--times", String(KILLS), "--seed", String(stressSeed())]);
  console.log(lines.join("\n"));
  assertEquals(code, 0);
});
