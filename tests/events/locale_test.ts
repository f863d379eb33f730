import { assertEquals } from "@std/assert";
import { buildProgram } from "../../runtime/build/build_program.ts";
import { ArgumentType } from "../../runtime/events/argument_type.ts";
import { encodeSite } from "../../runtime/events/test_support.ts";

const NAME = "comma.UTF-8";

/** Makes a locale with a decimal comma below a folder; false where the system has nothing to make it of (Debian: the package locales). */
async function makeLocale(folder: string): Promise<boolean> {
  try {
    const { code } = await new Deno.Command("localedef", {
      args: ["-c", "-f", "UTF-8", "-i", "de_DE", `${folder}/${NAME}`],
      stderr: "null",
      stdout: "null",
    }).output();
    return code === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const folder = await Deno.makeTempDir();
const hasLocale = await makeLocale(folder);
if (!hasLocale) await Deno.remove(folder, { recursive: true });

Deno.test({
  name: "a program whose locale writes 0,5 reads 0.5 in messages, and keeps its locale",
  ignore: !hasLocale,
  async fn() {
    const program = await buildProgram({
      name: "tests/events_comma",
      sources: ["tests/events/comma.c"],
      libs: ["ringscope_reader"],
    });
    const child = new Deno.Command(program, {
      args: [NAME],
      env: { LOCPATH: folder },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const asking = new Blob([encodeSite({ format: "%.2f", arguments: [{ type: ArgumentType.f64 }] })])
      .stream().pipeTo(
        child.stdin,
      );
    const { stdout, code } = await child.output();
    await asking;
    await Deno.remove(folder, { recursive: true });
    assertEquals([code, new TextDecoder().decode(stdout)], [0, "0.50, the program itself 0,5\n"]);
  },
});
