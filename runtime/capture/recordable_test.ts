import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { ensureBuilt } from "../build/build.ts";
import { buildProgram } from "../build/build_program.ts";
import { readElf } from "./elf_facts.ts";
import { preparePreload } from "./preload.ts";
import { judgeProgram, type ProgramPlace } from "./recordable.ts";
import { makeTestFolder } from "./test_support.ts";

const PLACE: ProgramPlace = { path: Deno.env.get("PATH"), cwd: "/", uid: 1000, gid: 1000, asanOptions: "" };

/** A program made from nothing but `main`, with flags and what the source says besides. */
async function compile(
  folder: string,
  name: string,
  options: { flags?: string[]; source?: string } = {},
): Promise<string> {
  const source = await sourceOf(folder, name, `int main(void) { return 0; }\n${options.source ?? ""}`);
  const place = { folder: join(folder, "build") };
  return await buildProgram({ name, sources: [source], flags: options.flags ?? [] }, place);
}

async function sourceOf(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, `${name}.c`);
  await Deno.writeTextFile(path, text);
  return path;
}

async function script(path: string, text: string): Promise<string> {
  await Deno.writeTextFile(path, text, { mode: 0o755 });
  return path;
}

Deno.test("a dynamically linked program is recordable, by its path and by its name", async () => {
  await using folder = await makeTestFolder();
  const program = await compile(folder.path, "dynamic");
  assertEquals(await judgeProgram(program, [], PLACE), { warning: null, preload: true });
  const place = { ...PLACE, path: `/nowhere:${join(folder.path, "build")}` };
  assertEquals(await judgeProgram("dynamic", [], place), { warning: null, preload: true });
  const facts = await readElf(program);
  assertEquals([facts?.bits, facts?.isGo, facts?.hasDynamic], [64, false, true]);
  assert(facts?.interpreter?.startsWith("/lib"));
});

Deno.test("a static program is not recordable, position-independent or not, and what it starts may be", async () => {
  await using folder = await makeTestFolder();
  const flags = { plain: ["-static"], pie: ["-static-pie"] };
  for (const [name, wanted] of Object.entries(flags)) {
    const program = await compile(folder.path, name, { flags: wanted });
    const { warning, preload } = await judgeProgram(program, [], PLACE);
    assertStringIncludes(warning ?? "", `${program} are not recorded: it is linked statically`);
    assert(preload);
  }
});

Deno.test("a Go program is told by its build id note and by its build information", async () => {
  await using folder = await makeTestFolder();
  const note =
    `__attribute__((section(".note.go.buildid"), used, aligned(4))) static const struct { int name_bytes, value_bytes, type; ` +
    `char name[4], value[4]; } id = {4, 4, 4, "Go", "abc"};\n`;
  const info =
    `__attribute__((section(".go.buildinfo"), used)) static const char info[] = "\\xff Go buildinf:";\n`;
  for (const [name, source] of Object.entries({ note, info })) {
    const program = await compile(folder.path, name, { source });
    assert((await readElf(program))?.isGo, name);
    const { warning } = await judgeProgram(program, [], PLACE);
    assertStringIncludes(warning ?? "", "it is a Go program, which calls the system past the C library");
  }
  // Without section names, as `strip` and packers leave it, the note is still there.
  const program = await compile(folder.path, "bare", { source: note });
  const bytes = await Deno.readFile(program);
  new DataView(bytes.buffer).setUint16(60, 0, true);
  await Deno.writeFile(program, bytes);
  assert((await readElf(program))?.isGo);
});

Deno.test("a script is judged by its interpreter, through env too", async () => {
  await using folder = await makeTestFolder();
  const program = await compile(folder.path, "interpreter", { flags: ["-static"] });
  const place = { ...PLACE, path: `${PLACE.path}:${join(folder.path, "build")}` };
  const direct = await script(join(folder.path, "direct"), `#!${program} -x\n`);
  const nested = await script(join(folder.path, "nested"), `#!${direct}\n`);
  const looked = await script(join(folder.path, "looked"), `#!/usr/bin/env -S LANG=C interpreter -x\n`);
  const shell = await script(join(folder.path, "shell"), `#!/bin/sh\ntrue\n`);
  for (const path of [direct, nested, looked]) {
    assertStringIncludes((await judgeProgram(path, [], place)).warning ?? "", `${program} are not recorded`);
  }
  assertEquals(await judgeProgram(shell, [], place), { warning: null, preload: true });
  const loop = await script(join(folder.path, "loop"), `#!${join(folder.path, "loop")}\n`);
  assertEquals(await judgeProgram(loop, [], place), { warning: null, preload: true });
});

Deno.test("a program with another user's rights is not recordable, except for that user", async () => {
  await using folder = await makeTestFolder();
  const program = await compile(folder.path, "privileged");
  await Deno.chmod(program, 0o4755);
  const { uid } = await Deno.stat(program);
  const other = { ...PLACE, uid: (uid ?? 0) + 1 };
  assertStringIncludes((await judgeProgram(program, [], other)).warning ?? "", "another user's rights");
  assertEquals((await judgeProgram(program, [], { ...PLACE, uid })).warning, null);
});

Deno.test("a program for another processor or C library is left without the library that it could not load", async () => {
  await using folder = await makeTestFolder();
  const program = await compile(folder.path, "foreign");
  const bytes = await Deno.readFile(program);
  const view = new DataView(bytes.buffer);
  const own = view.getUint16(18, true);
  view.setUint16(18, 243, true);
  await Deno.writeFile(program, bytes);
  const foreign = await judgeProgram(program, [], PLACE);
  assertStringIncludes(foreign.warning ?? "", "another processor (64 bits, ELF machine 243)");
  assert(!foreign.preload);

  view.setUint16(18, own, true);
  const text = new TextDecoder("latin1").decode(bytes);
  const loader = /\/lib(?:64)?\/ld-linux[\w.-]*/.exec(text);
  assert(loader !== null);
  bytes.set(new TextEncoder().encode("/lib/ld-musl-x.so.1\0"), loader.index);
  await Deno.writeFile(program, bytes);
  const musl = await judgeProgram(program, [], PLACE);
  assertStringIncludes(musl.warning ?? "", "/lib/ld-musl-x.so.1");
  assert(!musl.preload);
});

Deno.test("a program whose AddressSanitizer insists on being first is left without the library, unless it is told not to", async () => {
  await using folder = await makeTestFolder();
  // Only the name counts here: gcc's runtime need not be installed.
  const runtime = await buildProgram(
    {
      name: "libasan.so.8",
      sources: [
        await sourceOf(
          folder.path,
          "runtime",
          "int asan_is_here(void);\nint asan_is_here(void) { return 1; }\n",
        ),
      ],
      shared: true,
    },
    { folder: folder.path },
  );
  const flags = ["-Wl,--no-as-needed", `-Wl,${runtime}`];
  const program = await compile(folder.path, "sanitized", { flags });
  const { warning, preload } = await judgeProgram(program, [], PLACE);
  assertStringIncludes(warning ?? "", "set ASAN_OPTIONS=verify_asan_link_order=0");
  assert(!preload);
  const told = { ...PLACE, asanOptions: "detect_leaks=0:verify_asan_link_order=0" };
  assertEquals(await judgeProgram(program, [], told), { warning: null, preload: true });
});

Deno.test("files that are cut or no programs have no facts and get no warning", async () => {
  await using folder = await makeTestFolder();
  const whole = await Deno.readFile(await compile(folder.path, "whole"));
  const path = join(folder.path, "cut");
  for (const length of [0, 4, 51, 52, 63]) {
    await Deno.writeFile(path, whole.slice(0, length), { mode: 0o755 });
    const facts = await readElf(path);
    assert(length >= 52 || facts === null, String(length));
  }
  assertEquals(await readElf(join(folder.path, "missing")), null);
  assertEquals(await judgeProgram("no-such-program", [], PLACE), { warning: null, preload: true });
});

Deno.test("what is preloaded already stays, behind the recording library", async () => {
  const { preload } = await ensureBuilt();
  assert(preload !== null);
  const command = { program: "cat", args: [], preload: true };
  assertEquals((await preparePreload(command, preload)).env, { LD_PRELOAD: preload });
  const other = { ...command, env: { LD_PRELOAD: "libother.so" } };
  assertEquals((await preparePreload(other, preload)).env, { LD_PRELOAD: `${preload}:libother.so` });
  assertEquals((await preparePreload({ ...command, preload: false }, preload)).env, {});
  const { env, warnings } = await preparePreload(command, "/a folder/lib.so");
  assertEquals(env, {});
  assertStringIncludes(warnings[0] ?? "", "has a space or a colon");
});
