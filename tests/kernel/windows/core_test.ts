/**
 * The tests of the C core (tests/core) as Windows programs under Wine, with the same objects as `ringscope.dll`.
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { basename, join } from "@std/path";
import { projectRoot } from "../../../runtime/build/place.ts";
import { listUserSources, USER_FLAGS, USER_LIBRARIES } from "../../../runtime/build/windows_reader.ts";
import { WindowsTools } from "../../../runtime/build/windows_tools.ts";
import { WinePrefix } from "./harness/wine_prefix.ts";

/** Seconds for one program, on a machine that does something else too. */
const PATIENCE = 240;

/** What asks for things that Windows does not have, or has under other names. Every other file of tests/core runs. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  atomics_test: "forks",
  cut_test: "files that are cut short while they are mapped: Windows refuses that",
  death_test: "each test kills a process that was forked",
  device_test: "plays the Linux device",
  event_sites_test: "signal handlers, forks and libraries that are unloaded",
  resume_test: "each test kills a process that was forked, some of them at an instruction",
  ringset_test: "file systems that are full, limits and rights of POSIX",
  site_table_test: "forks, and processes that are killed in the middle",
  store_test: "file systems that are full, and limits of POSIX",
  thread_test: "signal handlers and forks",
};

/** Beside the core: the whole shell of user mode, the reader, and what passes the Linux kernel's log on. */
const SOURCES = ["driver/kmsg/record.c", "driver/kmsg/relay.c"];
/** Of the shell: what names an environment's rings when a program is loaded, which is nobody's wish here. */
const NOT_LINKED = ["environment.c", "compat.c"];
const FLAGS: readonly string[] = [
  ...USER_FLAGS.filter((flag) => flag !== "-Wmissing-prototypes"),
  "-DRS_TEST_POINTS",
  "-Itests/core",
];

async function listTests(): Promise<string[]> {
  const folder = join(projectRoot(), "tests", "core");
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  return names.filter((name) => name.endsWith("_test.c")).map((name) => basename(name, ".c")).sort();
}

Deno.test("under Wine the tests of the C core pass as Windows programs", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "ringscope-windows-core-test-" });
  try {
    const tests = await listTests();
    assertEquals(
      Object.keys(LEFT_OUT).filter((name) => !tests.includes(name)),
      [],
      "what is left out is not there",
    );
    const tools = await WindowsTools.find("gcc", projectRoot(), Deno.env.get("PATH") ?? "");
    const sources = [
      ...await tools.listSources("driver/core"),
      ...(await listUserSources(tools, "driver/user")).filter((source) =>
        !NOT_LINKED.includes(basename(source))
      ),
      ...await listUserSources(tools, "driver/reader"),
      ...SOURCES,
    ];
    const objects = await tools.compileAll(sources, folder, FLAGS);
    await using wine = await WinePrefix.open();
    for (const name of tests.filter((name) => !Object.hasOwn(LEFT_OUT, name))) {
      await t.step(name, async () => {
        const test = await tools.compile(`tests/core/${name}.c`, folder, FLAGS);
        await tools.link(wine.path(`${name}.exe`), ["-static", test, ...objects, ...USER_LIBRARIES]);
        const run = await wine.run(`${name}.exe`, [], PATIENCE);
        assertEquals(run.code, 0, `${run.output}\n${run.errors}`);
        assertMatch(run.output, /^[1-9]\d* passed, 0 failed\r?$/m);
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
