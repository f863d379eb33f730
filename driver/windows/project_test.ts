/**
 * Whether ringscope.vcxproj, which cannot be built here, names what deno task build:windows compiles, with the same folders and macros;
 * and whether its assembler's command does what it says.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join, relative } from "@std/path";
import { FOLDERS, ITSELF_FLAGS, KERNEL_FLAGS } from "../../runtime/build/build_windows.ts";
import { projectRoot } from "../../runtime/build/place.ts";

const here = fromFileUrl(new URL(".", import.meta.url)), root = projectRoot();
const project = await Deno.readTextFile(join(here, "ringscope.vcxproj"));

/** A path in the project, from the root of the tree. */
const fromRoot = (path: string) => relative(root, join(here, path.replaceAll("\\", "/")));

/** Paths of the items of a kind. */
function itemsOf(kind: string): string[] {
  return [...project.matchAll(new RegExp(`<${kind} Include="([^"$]+)"`, "g"))].map(([, path = ""]) =>
    fromRoot(path)
  );
}

/** The text of an element that is there once. */
function textOf(element: string): string {
  const found = [...project.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, "g"))];
  assertEquals(found.length, 1, element);
  return found[0]?.[1] ?? "";
}

/** Files of the driver's folders whose name ends so. */
async function listFiles(ending: RegExp): Promise<string[]> {
  const paths: string[] = [];
  for (const folder of FOLDERS) {
    for await (const { name } of Deno.readDir(join(root, folder))) {
      if (ending.test(name)) paths.push(`${folder}/${name}`);
    }
  }
  return paths.sort();
}

Deno.test("the project of Microsoft's kit has every source of the driver, and no other", async () => {
  assertEquals(itemsOf("ClCompile").toSorted(), await listFiles(/\.c$/));
  assertEquals(itemsOf("CustomBuild"), await listFiles(/\.S$/));
  assertEquals(itemsOf("ResourceCompile"), await listFiles(/\.rc$/));
  assertEquals(itemsOf("Inf"), await listFiles(/\.inf$/));
});

Deno.test("the project looks for headers where the build here does, and defines what that defines", () => {
  const flags = [...KERNEL_FLAGS, ...ITSELF_FLAGS];
  const withoutInherited = (list: string) => list.split(";").filter((part) => !part.startsWith("%"));
  assertEquals(
    withoutInherited(textOf("AdditionalIncludeDirectories")).map(fromRoot),
    flags.filter((flag) => flag.startsWith("-I")).map((flag) => flag.slice(2)),
  );
  // The kit gives the version of Windows: TargetVersion.
  assertEquals(
    withoutInherited(textOf("PreprocessorDefinitions")),
    flags.filter((flag) => /^-DRS_|^-DRINGSCOPE/.test(flag)).map((flag) => flag.slice(2)),
  );
  assertEquals([textOf("WarningLevel"), textOf("TreatWarningAsError")], ["Level4", "true"]);
  for (const flag of ["-std=gnu11", "-mgeneral-regs-only"]) {
    assert(flags.includes(flag) && textOf("AdditionalOptions").includes(`/clang:${flag} `), flag);
  }
});

/** Whether this machine can do what the project has Clang do. */
const hasClang = await new Deno.Command("clang", { args: ["--version"], stdout: "null", stderr: "null" })
  .output().then(({ success }) => success, () => false);

Deno.test({
  name: "the project's command for the assembler makes an object of Windows with the function in it",
  ignore: !hasClang,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      const command = textOf("Command").replace("$(ClangFolder)\\clang.exe", "clang");
      const [program, ...args] = command.replaceAll("$(IntDir)", `${folder}/`).replaceAll('"', "").split(" ");
      const run = await new Deno.Command(program ?? "", { args, cwd: here }).output();
      assert(run.success, new TextDecoder().decode(run.stderr));
      const object = await Deno.readFile(`${folder}/lock_pages.obj`);
      // IMAGE_FILE_MACHINE_AMD64
      assertEquals(new DataView(object.buffer).getUint16(0, true), 0x8664);
      const text = new TextDecoder("latin1").decode(object);
      for (const name of ["rs_win_lock_pages", "__imp_MmProbeAndLockPages", "__C_specific_handler"]) {
        assert(text.includes(name), name);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
