import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { DriverError } from "../errors.ts";
import { type BuildPlace, buildProduct, buildProgram, NoCompilerError } from "./build_program.ts";

const PROGRAM = { name: "tests/answer", sources: ["*.c"] };

/** A project of two C files and a header in a folder with a space in its name, gone at the end. */
async function makeProject(): Promise<{ root: string; place: BuildPlace } & AsyncDisposable> {
  const root = await Deno.makeTempDir({ prefix: "ringscope build " });
  await Deno.writeTextFile(join(root, "answer.h"), "#define ANSWER 7\nint answer(void);\n");
  await Deno.writeTextFile(
    join(root, "answer.c"),
    '#include "answer.h"\nint answer(void) { return ANSWER; }\n',
  );
  await Deno.writeTextFile(
    join(root, "main.c"),
    '#include "answer.h"\nint main(void) { return answer(); }\n',
  );
  const place = { root, folder: join(root, "build") };
  return { root, place, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}

async function exitCode(program: string): Promise<number> {
  return (await new Deno.Command(program).output()).code;
}

async function listTree(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) names.push(entry.name);
  return names.sort();
}

Deno.test("a program is compiled the first time and found up to date the second", async () => {
  await using project = await makeProject();
  const first = await buildProduct(PROGRAM, project.place);
  assertEquals(first, { path: join(project.root, "build", "tests", "answer"), compiled: true });
  assertEquals(await exitCode(first.path), 7);
  assertEquals((await buildProduct(PROGRAM, project.place)).compiled, false);
  assertEquals(await listTree(join(project.root, "build")), [".stamps", "tests"]);
});

Deno.test("a changed header, a new source, another flag and a missing product each compile again", async () => {
  await using project = await makeProject();
  const path = await buildProgram(PROGRAM, project.place);

  await Deno.writeTextFile(join(project.root, "answer.h"), "#define ANSWER 9\nint answer(void);\n");
  assertEquals((await buildProduct(PROGRAM, project.place)).compiled, true);
  assertEquals(await exitCode(path), 9);

  await Deno.writeTextFile(join(project.root, "other.c"), "int other;\n");
  assertEquals((await buildProduct(PROGRAM, project.place)).compiled, true);

  const flagged = { ...PROGRAM, flags: ["-DOTHER"] };
  assertEquals((await buildProduct(flagged, project.place)).compiled, true);
  assertEquals((await buildProduct(flagged, project.place)).compiled, false);

  await Deno.remove(path);
  assertEquals((await buildProduct(flagged, project.place)).compiled, true);
  assertEquals((await buildProduct(flagged, project.place)).compiled, false);
});

Deno.test("a file that is touched but not changed does not compile again", async () => {
  await using project = await makeProject();
  await buildProgram(PROGRAM, project.place);
  await Deno.utime(join(project.root, "main.c"), new Date(), new Date());
  assertEquals((await buildProduct(PROGRAM, project.place)).compiled, false);
});

Deno.test("a source that does not compile is reported with the compiler's own words and leaves the old product", async () => {
  await using project = await makeProject();
  const path = await buildProgram(PROGRAM, project.place);
  await Deno.writeTextFile(join(project.root, "main.c"), "int main(void) { return wrong; }\n");
  const error = await assertRejects(() => buildProgram(PROGRAM, project.place), DriverError);
  assertStringIncludes(error.message, "compile main.c");
  assertStringIncludes(error.message, "wrong");
  assertStringIncludes(error.message, "main.c:1:");
  assertEquals(await exitCode(path), 7);
  assertEquals(await listTree(dirname(path)), ["answer"]);
});

Deno.test("a running program keeps its file while it is built again", async () => {
  await using project = await makeProject();
  await Deno.writeTextFile(
    join(project.root, "main.c"),
    '#include <stdio.h>\n#include "answer.h"\nint main(void) { puts("up"); fflush(stdout); getchar(); return answer(); }\n',
  );
  const path = await buildProgram(PROGRAM, project.place);
  const running = new Deno.Command(path, { stdin: "piped", stdout: "piped" }).spawn();
  await running.stdout.getReader().read();
  await Deno.writeTextFile(join(project.root, "answer.h"), "#define ANSWER 9\nint answer(void);\n");
  await buildProgram(PROGRAM, project.place);
  await running.stdin.close();
  assertEquals((await running.status).code, 7);
});

Deno.test("builds of one product at the same time end with one compilation", async () => {
  await using project = await makeProject();
  const results = await Promise.all([1, 2, 3].map(() => buildProduct(PROGRAM, project.place)));
  assertEquals(results.map((result) => result.compiled).sort(), [false, false, true]);
  assertEquals(await exitCode(join(project.root, "build", "tests", "answer")), 7);
});

Deno.test("a compiler that minds flags of the linker gets them for linking only", async () => {
  await using project = await makeProject();
  const tools = await Deno.makeTempDir({ prefix: "ringscope-cc-" });
  try {
    const cc = join(tools, "cc");
    const lines = [
      "#!/bin/sh",
      'case "$*" in',
      '*-Wl,*" -c "*) exit 1 ;;',
      '*-Wl,*) touch "$0.linked" ;;',
      "esac",
      'exec cc "$@"',
    ];
    await Deno.writeTextFile(cc, lines.join("\n"), { mode: 0o755 });
    await buildProgram({ ...PROGRAM, flags: ["-Wl,-z,now", "-L."] }, { ...project.place, cc });
    assert((await Deno.stat(`${cc}.linked`)).isFile);
  } finally {
    await Deno.remove(tools, { recursive: true });
  }
});

Deno.test("without a compiler the message names what does not work and what to do", async () => {
  await using project = await makeProject();
  const place = { ...project.place, cc: join(project.root, "no-such-cc") };
  const error = await assertRejects(() => buildProgram(PROGRAM, place), NoCompilerError);
  assertStringIncludes(error.message, "build tests/answer: CC is ");
  assertStringIncludes(error.message, "no-such-cc");
  assertStringIncludes(error.message, "unset CC or name a C compiler");
});

Deno.test("without a compiler a product that fits its sources is used", async () => {
  await using project = await makeProject();
  const path = await buildProgram(PROGRAM, project.place);
  const place = { ...project.place, cc: "/no-such-cc" };
  assertEquals(await buildProduct(PROGRAM, place), { path, compiled: false });
  await Deno.writeTextFile(join(project.root, "main.c"), "int main(void) { return 0; }\n");
  await assertRejects(() => buildProgram(PROGRAM, place), NoCompilerError);
});

Deno.test("an unreadable stamp and what a killed build left are replaced", async () => {
  await using project = await makeProject();
  await buildProgram(PROGRAM, project.place);
  const build = join(project.root, "build");
  await Deno.writeTextFile(join(build, ".stamps", "tests__answer.json"), '{"compiler": "g');
  await Deno.mkdir(join(build, ".tests__answer-dead"));
  assert((await buildProduct(PROGRAM, project.place)).compiled);
  assertEquals(await listTree(build), [".stamps", "tests"]);
});

Deno.test("a program finds the shared library of its build wherever the build stands", async () => {
  await using project = await makeProject();
  const library = {
    name: "libringscope.so",
    sources: ["answer.c"],
    flags: ["-fvisibility=default"],
    shared: true,
  };
  await buildProgram(library, project.place);
  await buildProgram({ name: "examples/answer", sources: ["main.c"], libs: ["ringscope"] }, project.place);
  await Deno.rename(join(project.root, "build"), join(project.root, "moved"));
  assertEquals(await exitCode(join(project.root, "moved", "examples", "answer")), 7);
});
