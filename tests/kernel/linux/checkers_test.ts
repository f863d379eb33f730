/**
 * What is checked of the Linux driver without running it: the compiler's and the kernel's own checkers, and what the write path may call.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { buildLinux, type LinuxBuild } from "../../../runtime/build/build_linux.ts";
import { projectRoot } from "../../../runtime/build/place.ts";
import { readSymbols } from "../object_symbols.ts";
import { findCheckpatch } from "./checkers/find_checkpatch.ts";
import { findForbidden, NM, readObjects } from "./checkers/write_path.ts";

/** Of checkpatch: what does not fit code outside of the kernel's tree. driver/linux/README.md tells why, one by one. */
const IGNORED = [
  "LINUX_VERSION_CODE",
  "CONSTANT_COMPARISON",
  "COMPLEX_MACRO",
  "MACRO_ARG_REUSE",
  "MACRO_ARG_PRECEDENCE",
  "TRAILING_SEMICOLON",
  "EXPORT_SYMBOL",
  "NEW_TYPEDEFS",
];

const root = projectRoot();

async function listFiles(folder: string, names: RegExp): Promise<string[]> {
  const files: string[] = [];
  for await (const entry of Deno.readDir(join(root, folder))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) files.push(...await listFiles(path, names));
    else if (names.test(entry.name)) files.push(path);
  }
  return files.sort();
}

async function run(words: readonly string[], cwd = root): Promise<{ success: boolean; text: string }> {
  const [program = "", ...args] = words;
  const answer = await new Deno.Command(program, { args, cwd, stdin: "null" }).output();
  const text = [answer.stdout, answer.stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  return { success: answer.success, text };
}

/** What compiler and checkers say, without the lines that say what is being done, and without what make says of the machine's clock. */
function remarks(output: string): string[] {
  return output.split("\n").filter((line) =>
    /\b(?:warning|error|WARNING|ERROR)\b/.test(line) && !/^make\b.*[Cc]lock skew/.test(line)
  );
}

Deno.test("the Linux driver", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "ringscope-checkers-" });
  let built: LinuxBuild | undefined;
  try {
    await t.step("compiles without a word of W=1 and of sparse", async () => {
      built = await buildLinux({ folder, variables: ["C=2", "CF=-Wsparse-error"] });
      assertEquals(remarks(built.output), []);
      const objects = new Set([...built.output.matchAll(/^ +CC \[M\] +(\S+)\.o$/gm)].map(([, name]) => name));
      const checked = new Set([...built.output.matchAll(/^ +CHECK +(\S+)\.c$/gm)].map(([, name]) => name));
      objects.delete(join(folder, "ringscope.mod"));
      assert(objects.size > 20, built.output);
      assertEquals([...objects].filter((name) => !checked.has(name)), []);
    });

    await t.step("is checked by a sparse that sees user addresses followed", async () => {
      const source = join(folder, "follows.i");
      await Deno.writeTextFile(
        source,
        "static int f(int __attribute__((noderef, address_space(1))) *at) { return *at; }\nint g(void); int g(void) { return f(0); }\n",
      );
      const answer = await run(["sparse", "-Wsparse-error", source]);
      assert(answer.text.includes("dereference of noderef expression"), answer.text);
      assert(!answer.success);
    });

    await t.step("calls on its write path only what may be called in an NMI", async () => {
      assert(built);
      const objects = [...await readObjects(folder, "write"), ...await readObjects(folder, "core")];
      assert(objects.includes("source_write") && objects.includes("core/kernel/write"), objects.join(" "));
      assertEquals(await findForbidden(folder, objects), []);
      // And the list means something: what sleeps is found where it is.
      assert((await findForbidden(folder, [...objects, "set"])).some((name) => name.includes("vmalloc")));
    });

    await t.step("lets no function tracer into its write path", async () => {
      assert(built);
      const traced = async (name: string) =>
        (await readSymbols(NM, join(folder, `${name}.o`))).needs.has("__fentry__");
      const objects = await Promise.all(
        (["write", "core", "sources"] as const).map((list) => readObjects(folder, list)),
      );
      for (const name of objects.flat()) assert(!await traced(name), `${name}.o is compiled for the tracer`);
      assert(await traced("module"), "where tracing is wanted it is there");
    });

    await t.step("passes checkpatch --strict", async () => {
      const files = await listFiles("driver/linux", /\.[ch]$/);
      assert(files.length > 30);
      const script = await findCheckpatch();
      const check = [
        "perl",
        script,
        "--strict",
        "--no-tree",
        "--terse",
        "--show-types",
        "--max-line-length=160",
        "-f",
      ];
      const answer = await run([...check, `--ignore=${IGNORED.join(",")}`, ...files]);
      assertEquals(answer.text.split("\n").filter((line) => /: (?:ERROR|WARNING|CHECK):/.test(line)), []);
      const bad = join(folder, "bad.c");
      await Deno.writeTextFile(bad, "// SPDX-License-Identifier: GPL-2.0\nint  f ( ) {return(0) ;}\n");
      assert(!(await run([...check, bad])).success, "a checkpatch that finds nothing in anything");
    });

    await t.step("names its licence in every file", async () => {
      const files = await listFiles("driver/linux", /\.[ch]$|^(?:Kbuild|Makefile|dkms\.conf|.*\.rules)$/);
      for (const file of files) {
        const [first = "", second = ""] = (await Deno.readTextFile(join(root, file))).split("\n", 2);
        assert(
          `${first}\n${second}`.includes("SPDX-License-Identifier: GPL-2.0 OR MIT"),
          `${file} begins with "${first}"`,
        );
      }
    });

    await t.step("is built by plain make and by what DKMS runs", async () => {
      assert(built);
      const conf = await Deno.readTextFile(join(folder, "dkms.conf"));
      const command = /^MAKE\[0\]="make (.*)"$/m.exec(conf)?.[1]?.replace("$kernel_source_dir", built.kernel);
      assert(command, conf);
      // One source anew, then the link: kbuild knows what it has compiled.
      await Deno.utime(join(folder, "module.c"), new Date(), new Date());
      await Deno.remove(join(folder, "ringscope.ko"));
      const answer = await run(["make", "-j2", command], folder);
      assert(answer.success, answer.text);
      assert((await Deno.stat(join(folder, "ringscope.ko"))).isFile);
      const version = await Deno.readTextFile(join(folder, "version.h"));
      assertEquals(
        /^PACKAGE_VERSION="(.*)"$/m.exec(conf)?.[1],
        /RINGSCOPE_VERSION "(.*)"/.exec(version)?.[1],
      );
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
