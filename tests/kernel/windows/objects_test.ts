/**
 * What is checked of the Windows driver without running it. Wine has no IRQL and no paging, so that a write may come at any IRQL is
 * shown here or nowhere: by what its objects need, hold and take of the stack.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  buildWindows,
  type WindowsBuild,
  type WindowsCompiler,
} from "../../../runtime/build/build_windows.ts";
import { computeChecksum, readChecksum, readSections } from "../../../runtime/build/pe_image.ts";
import { readSymbols } from "../object_symbols.ts";
import {
  countUnwindEntries,
  findFloatingPoint,
  findForbidden,
  NM,
  readSectionNames,
  readStackUse,
  WRITE_PATH,
} from "./checkers/write_path.ts";

/** Bytes of the stack that a function of the write path may take. */
const STACK_MAX = 512;
const COMPILERS: readonly WindowsCompiler[] = ["gcc", "clang"];

/** Assembles one source and gives the object's path: what the checks have to find. */
async function assemble(folder: string, source: string): Promise<string> {
  const from = join(folder, "seeded.s"), to = join(folder, "seeded.o");
  await Deno.writeTextFile(from, source);
  const answer = await new Deno.Command("x86_64-w64-mingw32-gcc", {
    args: ["-c", from, "-o", to],
    stdin: "null",
  })
    .output();
  assert(answer.success, new TextDecoder().decode(answer.stderr));
  return to;
}

for (const compiler of COMPILERS) {
  Deno.test(`the Windows driver as ${compiler} compiles it`, async (t) => {
    const folder = await Deno.makeTempDir({ prefix: "ringscope-windows-" });
    try {
      let built: WindowsBuild | undefined;
      await t.step("compiles without a warning", async () => {
        built = await buildWindows({ compiler, folder });
        assert((await Deno.stat(built.driver)).size > 10_000);
      });
      assert(built);
      const objects = join(built.folder, "objects");
      const driver = built.driver;
      const image = await Deno.readFile(driver);

      await t.step("calls on its write path only what a document allows at any IRQL", async () => {
        assertEquals(await findForbidden(objects, WRITE_PATH), []);
        const found = await findForbidden(objects, [...WRITE_PATH, "memory"]);
        assert(
          found.includes("__imp_ExAllocatePoolWithTag"),
          `what allocates is found where it is: ${found}`,
        );
      });

      await t.step("exports nothing that leaves the write path", async () => {
        const exports = await readSymbols(NM, join(objects, "calls.o"));
        for (const name of ["ringscope_log_at", "ringscope_event_send", "ringscope_commit"]) {
          assert(exports.gives.has(name), `${name} is in another object than those that are checked`);
        }
      });

      await t.step(
        `takes at most ${STACK_MAX} bytes of stack in a function, whatever it is called with`,
        async () => {
          for (const name of WRITE_PATH) {
            const uses = await readStackUse(objects, name);
            assert(uses.length > 0, `${name}.su names no function`);
            for (const use of uses) {
              assert(use.isFixed, `${name}: the stack of ${use.name} depends on its arguments`);
              assert(use.bytes <= STACK_MAX, `${name}: ${use.name} takes ${use.bytes} bytes`);
            }
          }
        },
      );

      await t.step("has no floating point and no vector instruction", async () => {
        for (const name of WRITE_PATH) assertEquals(await findFloatingPoint(join(objects, `${name}.o`)), []);
        const seeded = await assemble(folder, "addsd %xmm1, %xmm0\nfldl (%rax)\nmovl %eax, %ebx\n");
        assertEquals((await findFloatingPoint(seeded)).length, 2);
      });

      await t.step("has no section that is paged, thrown away, or both written and executed", async () => {
        const names = (await Promise.all(WRITE_PATH.map((name) =>
          readSectionNames(join(objects, `${name}.o`))
        ))).flat();
        assert(names.includes(".text"));
        assertEquals(names.filter((name) => /^\.?(?:PAGE|INIT)/i.test(name)), []);
        const sections = readSections(image);
        assert(
          sections.some(({ isExecutable }) => isExecutable) && sections.some(({ isWritable }) => isWritable),
        );
        assertEquals(sections.filter((section) => section.isExecutable && section.isWritable), []);
        assertEquals(sections.filter(({ name }) => /^(?:PAGE|INIT)/.test(name)), []);
        // Memory integrity wants each section to have pages of its own: SectionAlignment of the optional header.
        const header = new DataView(image.buffer, image.byteOffset);
        assertEquals(header.getUint32(header.getUint32(60, true) + 24 + 32, true), 4096);
      });

      await t.step("tells the system how to unwind its functions", async () => {
        // x64 has no frame pointers: a function without an entry ends the machine when an exception or a debugger comes by.
        const functions = (await readSymbols(NM, join(objects, "ioctl.o"))).gives.size;
        assert(functions > 0);
        assert(await countUnwindEntries(driver) > 80, `${await countUnwindEntries(driver)} entries`);
      });

      await t.step("carries the checksum that the loader compares", () => {
        assertEquals(readChecksum(image), computeChecksum(image));
        assert(readChecksum(image) !== 0);
      });

      await t.step("carries its version, and symbols for WinDbg where the compiler makes them", async () => {
        const wide = new TextDecoder("utf-16le").decode(image.subarray(0, image.length & ~1));
        const shifted = new TextDecoder("utf-16le").decode(image.subarray(1, image.length - 1 | 1));
        assert(`${wide}${shifted}`.includes("ringscope.sys"));
        if (built?.symbols === null || built === undefined) return;
        const symbols = new TextDecoder("latin1").decode(await Deno.readFile(built.symbols));
        assertEquals(symbols.slice(0, 24), "Microsoft C/C++ MSF 7.00");
        // Where ringscope.windbg.js begins: a record of the public symbols (S_PUB32, flags, offset, section) with its name.
        const before = symbols.split("ringscope_debugger\0").slice(0, -1);
        assert(
          before.some((text) => text.slice(-12, -10) === "\x0e\x11"),
          "the PDB has no ringscope_debugger",
        );
        const name = new TextDecoder("latin1").decode(image);
        assert(name.includes("ringscope.pdb"), "the driver does not name its symbols");
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
