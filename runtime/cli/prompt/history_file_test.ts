import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { appendHistory, HISTORY_SIZE, readHistory, trimHistory } from "./history_file.ts";

async function withFile(use: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(join(folder, "state", "sql_history"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a history comes back newest first, with line ends inside a statement, and without what is damaged", () =>
  withFile(async (path) => {
    assertEquals(await readHistory(path), []);
    await appendHistory(path, "SELECT 1;");
    await Deno.writeTextFile(path, `"cut o\n17\n`, { append: true });
    await appendHistory(path, "SELECT 'a\nb';");
    assertEquals(await readHistory(path), ["SELECT 'a\nb';", "SELECT 1;"]);
  }));

Deno.test(
  "nobody else may read a history",
  { ignore: Deno.build.os === "windows" },
  () =>
    withFile(async (path) => {
      await appendHistory(path, "SELECT 1;");
      assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    }),
);

Deno.test("a history that has grown long keeps its newest statements", () =>
  withFile(async (path) => {
    await appendHistory(path, "first");
    const lines = Array.from({ length: 2 * HISTORY_SIZE }, (_, at) => `"${at}"\n`).join("");
    await Deno.writeTextFile(path, lines, { append: true });
    await trimHistory(path);
    const kept = await readHistory(path);
    assertEquals([kept.length, kept[0], kept.at(-1)], [HISTORY_SIZE, "1999", "1000"]);
  }));
