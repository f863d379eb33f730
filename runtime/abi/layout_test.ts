import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { layoutEntries, layoutNumbers, MARK_TYPE } from "./layout.ts";
import { tagOfPosition } from "./tag.ts";

const driver = new URL("../../driver/", import.meta.url);

/** Compiles a program against the driver's headers, runs it, and returns the lines that it prints. */
async function runC(source: string): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/print.c`, source);
    for (const compiler of ["cc", "clang", "gcc"]) {
      const args = [
        "-std=gnu11",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-o",
        `${folder}/print`,
        `${folder}/print.c`,
      ];
      for (const include of ["include", "core", "reader"]) {
        args.push("-I", fromFileUrl(new URL(include, driver)));
      }
      let compiled: Deno.CommandOutput;
      try {
        compiled = await new Deno.Command(compiler, { args, stdout: "null", stderr: "piped" }).output();
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) continue;
        throw error;
      }
      assert(compiled.success, new TextDecoder().decode(compiled.stderr));
      const printed = await new Deno.Command(`${folder}/print`, { stdout: "piped" }).output();
      assert(printed.success);
      return new TextDecoder().decode(printed.stdout).trim().split("\n");
    }
    throw new Error("this test compiles C; none of cc, clang and gcc was found: install a C compiler");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the TypeScript layout is the one that the C compiler sees", async () => {
  const lines = await runC(`
    #include <stdio.h>
    #include "layout.c"
    int main(void)
    {
      uint32_t numbers[1024];
      const uint32_t count = rs_reader_layout(numbers, 1024);
      for (uint32_t n = 0; n < count && n < 1024; n++)
        printf("%u\\n", numbers[n]);
      return count > 1024;
    }`);
  const entries = layoutEntries();
  assertEquals(
    lines.map((value, n) => [entries[n]?.[0], Number(value)]),
    entries.map(([name, value]) => [name, value]),
  );
});

Deno.test("C and TypeScript know the same marks", async () => {
  const lines = await runC(`
    #include <stdio.h>
    #include "rs_abi.h"
    int main(void)
    {
      const uint32_t mark = RS_TYPE_MARK;
      printf("%u\\n%.4s\\n", mark, (const char *)&mark);
      return 0;
    }`);
  assertEquals(lines, [String(MARK_TYPE), "MARK"]);
});

Deno.test("rs_reader_layout writes no more numbers than it was given room for", async () => {
  const lines = await runC(`
    #include <stdio.h>
    #include "layout.c"
    int main(void)
    {
      uint32_t numbers[3] = {7, 7, 7};
      printf("%u\\n", rs_reader_layout(numbers, 2));
      printf("%u\\n", numbers[2]);
      return 0;
    }`);
  assertEquals(lines, [String(layoutNumbers().length), "7"]);
});

Deno.test("C and TypeScript compute the same tags", async () => {
  const key = [0x0123456789abcdefn, 0xfedcba9876543210n] as const;
  const positions = [0n, 8n, 4096n, (1n << 45n) + 64n, (1n << 48n) + 8n, (1n << 64n) - 8n];
  const lines = await runC(`
    #include <stdio.h>
    #include "tag.h"
    int main(void)
    {
      const uint64_t key[2] = {${key[0]}ull, ${key[1]}ull};
      const uint64_t positions[] = {${positions.map((position) => `${position}ull`).join(", ")}};
      for (int n = 0; n < ${positions.length}; n++)
        printf("%llu\\n", (unsigned long long)rs_tag(positions[n], key));
      return 0;
    }`);
  assertEquals(lines.map(BigInt), positions.map((position) => tagOfPosition(position, key)));
});
