import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { buildProgram } from "../build/build_program.ts";
import {
  device,
  DeviceCall,
  deviceControl,
  deviceDescribe,
  DeviceFlag,
  deviceMake,
  deviceMap,
  devicePlain,
  deviceSelect,
  deviceSources,
  deviceVersion,
  SOURCE_BITS,
  WindowsCall,
} from "./device_layout.ts";

/** "name number" lines of a program in testdata. */
async function numbersInC(name: string): Promise<Record<string, string>> {
  const program = await buildProgram({
    name: `tests/${name}`,
    sources: [fromFileUrl(new URL(`./testdata/${name}.c`, import.meta.url))],
  });
  const { stdout } = await new Deno.Command(program).output();
  const lines = new TextDecoder().decode(stdout).trim().split("\n").map((line) => line.split(" "));
  return Object.fromEntries(lines);
}

/** The same names for what TypeScript says. */
function namesOf(groups: Record<string, Readonly<Record<string, number | bigint>>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groups).flatMap(([group, members]) =>
      Object.entries(members).map(([name, value]) => [`${group}.${name}`, String(value)])
    ),
  );
}

Deno.test({
  name: "sizes, offsets, sources and calls of the Linux driver's device are those of the C compiler",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { path, windowsPath: _, ...constants } = device;
    const groups = {
      device: constants,
      source: SOURCE_BITS,
      flag: DeviceFlag,
      version: deviceVersion,
      make: deviceMake,
      select: deviceSelect,
      describe: deviceDescribe,
      plain: devicePlain,
      control: deviceControl,
      sources: deviceSources,
      call: DeviceCall,
    };
    assertEquals(await numbersInC("device_layout"), { path, ...namesOf(groups) });
  },
});

Deno.test({
  name: "the codes of the Windows driver's calls, and what only it has, are those of the C compiler",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const expected = { path: device.windowsPath, ...namesOf({ map: deviceMap, call: WindowsCall }) };
    assertEquals(await numbersInC("device_layout_windows"), expected);
  },
});
