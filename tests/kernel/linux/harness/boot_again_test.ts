import { assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { hasV8GivenUp } from "./boot_again.ts";

const LINE = "# Check failed: it->second.Size() > offset (8 vs. 16).";

/** A boot that left these files. */
async function hasGivenUp(files: Readonly<Record<string, string>>, said: string[] = []): Promise<boolean> {
  const folder = await Deno.makeTempDir({ prefix: "ringscope-boot-again-" });
  try {
    for (const [name, text] of Object.entries({ "control.out": "", ...files })) {
      const path = join(folder, "output", name);
      await Deno.mkdir(dirname(path), { recursive: true });
      await Deno.writeTextFile(path, text);
    }
    return await hasV8GivenUp({ verdicts: [], console: said, folder });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("V8's complaint is found on the console and in what a reader or a command said", async () => {
  const found = [
    await hasGivenUp({}, ["booting", LINE]),
    await hasGivenUp({ "killed/first.err": `#\n${LINE}\n${"x".repeat(3000)}` }),
    await hasGivenUp({ "muted/control.out": LINE }),
    await hasGivenUp({ "command2.txt": LINE }),
  ];
  assertEquals(found, [true, true, true, true]);
});

Deno.test("another death of Deno is none of V8's", async () => {
  const found = await hasGivenUp({ "wide/native.err": "# Fatal error\nCheck failed: rows == 7" }, [
    "Kernel panic",
  ]);
  assertEquals(found, false);
});
