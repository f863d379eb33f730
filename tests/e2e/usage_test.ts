import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { VERSION } from "../../runtime/version.ts";
import { newUser, producer } from "./ringscope.ts";

const COMMANDS = [
  "capture",
  "sql",
  "queries",
  "complete",
  "list",
  "info",
  "rm",
  "doctor",
  "driver",
  "compare",
  "baseline",
];

Deno.test("every command explains itself and tells its version", async () => {
  await using user = await newUser();
  for (const command of COMMANDS) {
    const help = await user.run([command, "--help"]);
    assertEquals([help.code, help.stderr], [0, ""], command);
    assertStringIncludes(help.stdout, `Usage: deno task ${command} [options]`);
    const version = await user.run([command, "--version"]);
    assertEquals([version.code, version.stdout], [0, `${VERSION}\n`], command);
  }
});

Deno.test("wrong use is one clear line and exit status 2", async () => {
  await using user = await newUser();
  const cases: [string[], RegExp][] = [
    [["capture", "--ring-size", "5000"], /power of two/],
    [["capture", "--ring-size", "huge"], /is no size/],
    [["capture", "--duration", "soon"], /is no duration/],
    [["capture", "--name", "../up"], /slash/],
    [["capture", "--once"], /--rings/],
    [["capture", "./server"], /capture -- \.\/server/],
    [["capture", "--"], /command to record/],
    [["capture", "--rings", "none.rings"], /none\.rings/],
    [["capture", "--rings", "a", "--ring-size", "4KiB"], /--rings/],
    [["capture", "--rignsize", "1"], /--rignsize/],
    [["capture", "--kmsg", "--", "true"], /--kmsg and a command exclude each other/],
    [["capture", "--kmsg", "--rings", "a"], /--kmsg and --rings exclude each other/],
    [["capture", "--kmsg", "--mode", "overwrite"], /--mode and --order do not go with --kmsg/],
    [["capture", "--kmsg=new", "--once"], /--once does not go with --kmsg=new/],
    [["capture", "--kmsg=old"], /--kmsg.*all, new/],
    [["capture", "--linux", "--kmsg"], /--linux and --kmsg exclude each other/],
    [["capture", "--tracepoint", "sys_enter", "--rings", "a"], /--linux and --rings exclude each other/],
    [["capture", "--tracepoint", "sched_swich"], /"sched_swich".*it has sched_switch, .*sys_exit/],
    [["capture", "--linux", "--linux-log", "--once"], /no source can be switched on.*--linux-log, out/],
    [["capture", `--linux=${"n".repeat(32)}`], /a name has 1 to 31 bytes/],
    [["list", "extra"], /unexpected argument "extra"/],
    [["info", "nobody"], /nobody/],
    [["rm"], /no capture is named/],
    [["rm", "nobody"], /nobody/],
    [["doctor", "extra"], /unexpected argument/],
    [["capture", "--linux", "--windows"], /--linux and --windows exclude each other/],
    [["capture", "--windows", "--rings", "a"], /--windows and --rings exclude each other/],
    [["capture", "--windows", "--debug-print", "--once"], /no source can be switched on.*--debug-print, out/],
    [["capture", `--windows=${"n".repeat(32)}`], /a name has 1 to 31 bytes/],
    [["driver"], /no action: driver install, start, stop, remove or status/],
    [["driver", "load"], /"load" is no action/],
    [["driver", "start", "now"], /unexpected argument "now"/],
    [["driver", "start", "--boot"], /--file and --boot are for driver install/],
  ];
  for (const [args, says] of cases) {
    const { code, stdout, stderr } = await user.run(args);
    assertEquals([code, stdout], [2, ""], args.join(" "));
    assertMatch(stderr, /^error: [^\n]+\n$/, args.join(" "));
    assertMatch(stderr, says);
  }
});

Deno.test("rings of another major version of the ABI are refused", async () => {
  await using user = await newUser();
  const rings = join(user.folder, "future.rings");
  await new Deno.Command(await producer(), { args: ["rings", rings, "1"] }).output();
  {
    using file = await Deno.open(rings, { write: true });
    await file.seek(8, Deno.SeekMode.Start); // abi_major of rs_set_header_t
    await file.write(Uint8Array.of(2, 0));
  }
  const { code, stderr } = await user.run(["capture", "--rings", rings, "--once"]);
  assertEquals(code, 2);
  assertMatch(stderr, /^error: [^\n]*ABI[^\n]*\n$/i);
});

Deno.test("a file that is no ring set is refused", async () => {
  await using user = await newUser();
  await Deno.writeTextFile(join(user.folder, "notes.txt"), "x".repeat(10_000));
  const { code, stderr } = await user.run(["capture", "--rings", "notes.txt"]);
  assertEquals(code, 2);
  assertMatch(stderr, /^error: [^\n]*notes\.txt[^\n]*\n$/);
});

Deno.test("a folder that may not be written is refused", async () => {
  await using user = await newUser();
  await Deno.mkdir(join(user.folder, "locked"), { mode: 0o500 });
  // Permissions of a folder do not hold root back; those of /proc do.
  const dir = Deno.uid() === 0 ? "/proc/locked" : "locked/captures";
  const { code, stderr } = await user.run(["capture", "--dir", dir]);
  assertEquals(code, 2);
  assertMatch(stderr, /^error: [^\n]*locked[^\n]*\n$/);
});
