/**
 * Whether ringscope.inf keeps the rules of a driver package of today, and agrees with version.h, ringscope.rc and the project of
 * Microsoft's kit. Wine's SetupAPI installs by it in tests/kernel/windows/install_test.ts.
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";

/** A line of a section: `name = value`, or a value alone. */
interface Line {
  readonly name: string;
  readonly value: string;
}

const read = (name: string) => Deno.readTextFile(new URL(name, import.meta.url));

/** Reads an INF ("General syntax rules for INF files"): sections whose names know no case, and lines without what follows a semicolon. */
function readInf(text: string): Map<string, Line[]> {
  const sections = new Map<string, Line[]>();
  let section: Line[] | undefined;
  for (const line of text.split("\n").map((whole) => whole.replace(/;.*/, "").trim())) {
    const header = /^\[([^\]]+)\]$/.exec(line)?.[1];
    if (header !== undefined) {
      assert(!sections.has(header.toLowerCase()), `[${header}] is there twice`);
      sections.set(header.toLowerCase(), section = []);
    } else if (line !== "") {
      assert(section, `"${line}" stands before the first section`);
      const [, name = "", value = ""] = /^(?:([^=]+?)\s*=)?\s*(.*)$/.exec(line) ?? [];
      section.push({ name: name.toLowerCase(), value });
    }
  }
  return sections;
}

/** The only value of a name in a section. */
function valueOf(inf: Map<string, Line[]>, section: string, name: string): string {
  const lines = inf.get(section.toLowerCase()) ?? [];
  const values = lines.filter((line) => line.name === name.toLowerCase()).map(({ value }) => value);
  assertEquals(values.length, 1, `${name} of [${section}]`);
  return values[0] ?? "";
}

const inf = readInf(await read("ringscope.inf"));
const install = "DefaultInstall.NT$ARCH$", uninstall = "DefaultUninstall.NT$ARCH$";

Deno.test("the INF's version section is complete, as that of a device's driver", () => {
  assertEquals(valueOf(inf, "Version", "Signature"), '"$Windows NT$"');
  // The class and its GUID belong together: "System-defined device setup classes available to vendors".
  assertEquals(valueOf(inf, "Version", "Class"), "System");
  assertEquals(valueOf(inf, "Version", "ClassGuid"), "{4d36e97d-e325-11ce-bfc1-08002be10318}");
  assertEquals(valueOf(inf, "Version", "CatalogFile"), "ringscope.cat");
  assertEquals(valueOf(inf, "Version", "PnpLockdown"), "1");
  assertEquals(valueOf(inf, "Version", "Provider"), "%Provider%");
  assert(!/microsoft/i.test(valueOf(inf, "Strings", "Provider")));
});

Deno.test("the INF has the version of the driver's resource, as the project has", async () => {
  const numbers = /RINGSCOPE_VERSION_NUMBERS (.+)/.exec(await read("version.h"))?.[1]?.split(", ").join(".");
  const project = await read("ringscope.vcxproj");
  const [date, version] = valueOf(inf, "Version", "DriverVer").split(",");
  assertMatch(date ?? "", /^\d\d\/\d\d\/\d{4}$/);
  assertEquals(version, numbers);
  assertEquals(/<TimeStamp>(.*)<\/TimeStamp>/.exec(project)?.[1], version);
  assertEquals(/<DateStamp>(.*)<\/DateStamp>/.exec(project)?.[1], date);
  const described = /"FileDescription", (".+")/.exec(await read("ringscope.rc"))?.[1];
  assertEquals(valueOf(inf, "Strings", "Description"), described ?? "no description in ringscope.rc");
});

Deno.test("the INF is that of a primitive driver: decorated install sections, no manufacturer, no device", () => {
  const names = [...inf.keys()];
  assertEquals(names.filter((name) => /^manufacturer/.test(name)), []);
  assertEquals(
    names.filter((name) => /^default(un)?install/.test(name)),
    [
      install,
      `${install}.Services`,
      uninstall,
      `${uninstall}.Services`,
    ].map((name) => name.toLowerCase()),
  );
  assertEquals(valueOf(inf, uninstall, "LegacyUninstall"), "1");
});

Deno.test("the INF leaves its file in the driver store, where nothing may be renamed or deleted by it", () => {
  assertEquals(inf.get("destinationdirs"), [{ name: "defaultdestdir", value: "13" }]);
  const copied = inf.get(valueOf(inf, install, "CopyFiles").toLowerCase())?.map(({ value }) => value);
  assertEquals(copied, ["ringscope.sys"]);
  assertEquals(inf.get("sourcedisksfiles"), [{ name: "ringscope.sys", value: "1" }]);
  const directives = [...inf.values()].flat().map(({ name }) => name);
  assertEquals(
    directives.filter((name) => /^(delfiles|renfiles|copyinf|registerdlls|addreg)$/.test(name)),
    [],
  );
});

Deno.test("the INF's service is a kernel driver that is started on demand, and is deleted under the same name", () => {
  const [name, flags, section = ""] = valueOf(inf, `${install}.Services`, "AddService").split(",");
  // Flag 2, SPSVCINST_ASSOCSERVICE, is for the driver of a device.
  assertEquals([name, flags], ["ringscope", ""]);
  assertEquals(valueOf(inf, `${uninstall}.Services`, "DelService"), "ringscope,0x200");
  const entries = ["ServiceType", "StartType", "ErrorControl", "ServiceBinary"];
  assertEquals(entries.map((entry) => valueOf(inf, section, entry)), [
    "1",
    "3",
    "1",
    "%13%\\ringscope.sys",
  ]);
});

Deno.test("every string that the INF names is defined, and every string is named", () => {
  const defined = inf.get("strings")?.map(({ name }) => name) ?? [];
  const values = [...inf].filter(([section]) => section !== "strings").flatMap(([, lines]) => lines);
  const named = values.flatMap(({ value }) => [...value.matchAll(/%([a-z]+)%/gi)].map(([, name]) => name));
  assertEquals(named.map((name) => name?.toLowerCase()).sort(), defined.toSorted());
});
