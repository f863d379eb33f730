import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { listRingsetLeftovers } from "./ringset_leftovers.ts";
import { makeTestFolder } from "./test_support.ts";

/** Number of a process that has ended. */
async function endedPid(): Promise<number> {
  const child = new Deno.Command("true").spawn();
  await child.status;
  return child.pid;
}

Deno.test("only ring sets of processes that have ended are leftovers", async () => {
  await using folder = await makeTestFolder();
  const dead = await endedPid();
  const names = [
    `ringscope-${dead}-0a1b2c.rings`,
    `ringscope-${Deno.pid}-0a1b2c.rings`,
    `ringscope-${dead}-0a1b2c.rings.bak`,
    `other-${dead}-0a1b2c.rings`,
    "ringscope-x-0a1b2c.rings",
  ];
  for (const name of names) await Deno.writeTextFile(join(folder.path, name), "four");

  const found = listRingsetLeftovers([folder.path]);
  assertEquals(found.map(({ path, pid, bytes }) => [path, pid, bytes]), [
    [join(folder.path, `ringscope-${dead}-0a1b2c.rings`), dead, 4],
  ]);
});

Deno.test("a folder that is not there has no leftovers", () => {
  assertEquals(listRingsetLeftovers(["/no/such/folder"]), []);
});
