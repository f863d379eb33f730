/**
 * `import --memory` as people type it: what it shows, refuses, and leaves behind when it is ended.
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { rawImage } from "../../runtime/import/memory/test_images.ts";
import { makeMemory, makeRings, numbered, placeSet } from "../../runtime/import/memory/test_support.ts";
import { newUser, startOnTerminal, TASK } from "./ringscope.ts";

const CTRL_C = "\x03";

async function makeImage(): Promise<Uint8Array<ArrayBuffer>> {
  const memory = makeMemory(1200);
  await placeSet(memory, await makeRings(numbered(50)), { name: "net" });
  return rawImage(memory);
}

Deno.test("import --memory", async (t) => {
  await using user = await newUser();
  await Deno.writeFile(join(user.folder, "vmcore"), await makeImage());
  const run = (...args: string[]) => user.run(["import", ...args]);

  await t.step("makes a capture that is named after the image", async () => {
    const { code, stdout, stderr } = await run("--memory", "vmcore");
    assertEquals([code, stderr], [0, "captures/vmcore\n"]);
    assertEquals(stdout, 'vmcore: 50 entries of the ring set "net" from raw memory; none lost\n');
    const { stdout: shown } = await user.run(["tail", "vmcore", "--no-follow"]);
    assertStringIncludes(shown, "entry 49 ");
  });

  await t.step("lists the sets, for people and for machines, and imports none", async () => {
    const { code, stdout } = await run("--memory", "vmcore", "--list");
    assertEquals(code, 0);
    assertMatch(
      stdout,
      /^vmcore: raw memory\n {2}net {2}[0-9a-f]{8} {2}1\.6\d MiB, 2 rings, made 2026-09-21T14:13:20\.0{9}Z\n$/,
    );
    const { sets, form } = JSON.parse((await run("--memory", "vmcore", "--list", "--json")).stdout);
    assertEquals([form, sets.length, sets[0].name, sets[0].ring_count, sets[0].problem], [
      "raw memory",
      1,
      "net",
      2,
      null,
    ]);
    assertEquals(
      (await Array.fromAsync(Deno.readDir(join(user.folder, "captures")))).map(({ name }) => name),
      ["vmcore"],
    );
  });

  await t.step("gives one object with --json", async () => {
    const { stdout, stderr } = await run("--memory", "vmcore", "--json", "-o", "again");
    assertEquals(stderr, "");
    const { name, set, entries, balanced, missing_pages } = JSON.parse(stdout);
    assertEquals({ name, set, entries, balanced, missing_pages }, {
      name: "again",
      set: "net",
      entries: 50,
      balanced: true,
      missing_pages: 0,
    });
  });

  await t.step("says what is wrong, with the status of a failure or of wrong use", async () => {
    await Deno.writeFile(join(user.folder, "empty"), new Uint8Array(8192));
    for (
      const [args, status, message] of [
        [["--memory", "empty"], 1, "it holds no ring set (it was read as raw memory)"],
        [["--memory", "nowhere"], 1, "there is no such file"],
        [["--memory", "/proc/version"], 1, "copy it first"],
        [["--memory", "vmcore", "--set", "disk"], 1, 'it holds no ring set "disk"; it has "net"'],
        [["--memory", "vmcore", "--name", "again"], 2, "it exists"],
        [["--memory", "-"], 2, "name a file"],
        [["vmcore", "--set", "net"], 2, "add --memory"],
        [["vmcore", "--list"], 2, "add --memory"],
        [["--memory", "vmcore", "--year", "2026"], 2, "--year is for logs"],
        [["--memory", "vmcore", "--column", "ts=when"], 2, "--column is for logs"],
      ] as const
    ) {
      const { code, stderr } = await run(...args);
      assertEquals(code, status, `${args.join(" ")}: ${stderr}`);
      assertStringIncludes(stderr, message);
    }
  });
});

Deno.test("Ctrl-C in the middle of an image leaves nothing behind", async () => {
  await using user = await newUser();
  const image = join(user.folder, "huge");
  await Deno.writeFile(image, await makeImage());
  // Longer than anybody waits; it takes no room on the disk.
  await Deno.truncate(image, 200 * 2 ** 30);
  const terminal = await startOnTerminal(user, [...TASK, "import", "--memory", "huge"]);
  await terminal.shows("looking for rings · ");
  await terminal.type(CTRL_C);
  const { code } = await terminal.ended();
  assertEquals(code, 130);
  const left = await Array.fromAsync(Deno.readDir(join(user.folder, "captures"))).catch(() => []);
  assertEquals(left, []);
  assert(await Deno.stat(image).then(() => true));
});
