/**
 * The seed's names, by a program that knows nothing else of Ringscope (compat.c).
 */
import { assert, assertEquals } from "@std/assert";
import { buildProgram, ensureBuilt } from "../../runtime/build/build.ts";

/** Names in the folders where enable_logger makes rings. */
async function listRings(): Promise<string[]> {
  const names: string[] = [];
  for (const folder of ["/dev/shm", Deno.env.get("TMPDIR") ?? "/tmp"]) {
    if (!(await Deno.stat(folder).catch(() => null))?.isDirectory) continue;
    for await (const entry of Deno.readDir(folder)) names.push(entry.name);
  }
  return names;
}

Deno.test("LogMessage and SendData come out of ReadLogs once, whole and in order, while threads log", async () => {
  const { examples } = await ensureBuilt();
  const program = await buildProgram({
    name: "tests/compat",
    sources: ["tests/stress/programs/compat.c"],
    libs: ["ringscope", "ringscope_reader"],
  });
  const child = new Deno.Command(program, {
    args: [examples["hello"] ?? "the example hello was not built"],
    env: { RINGSCOPE_RINGS: "" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const { code, stderr } = await child.output();
  assertEquals({ code, said: new TextDecoder().decode(stderr) }, { code: 0, said: "" });
  const left = (await listRings()).filter((name) => name.startsWith(`ringscope-${child.pid}-`));
  assert(left.length === 0, `rings are left behind: ${left.join(", ")}`);
});
