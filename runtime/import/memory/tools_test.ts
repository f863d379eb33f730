/**
 * Images as the tools of this machine write them: makedumpfile, and QEMU of a machine that has never run and whose memory holds rings.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { CaptureLog } from "../../capture_log.ts";
import { importMemory } from "./import_memory.ts";
import { elfImage, rawImage } from "./test_images.ts";
import { makeMemory, makeRings, type Memory, numbered, placeSet } from "./test_support.ts";

/** QEMU's loader puts the memory of the test there: 16 MiB. */
const FIRST_FRAME = 4096;
const FRAMES = 4096;
const GUEST_MIB = 64;
const texts = numbered(400, 100);

async function memoryAt(first: number): Promise<Memory> {
  const memory: Memory = new Map([...makeMemory(FRAMES)].map(([frame, page]) => [first + frame, page]));
  await placeSet(memory, await makeRings(texts));
  return memory;
}

async function run(command: string, args: readonly string[], cwd: string, stdout?: string): Promise<void> {
  const answer = await new Deno.Command(command, { args: [...args], cwd, stdin: "null" }).output();
  assert(answer.success, `${command} ${args.join(" ")}: ${new TextDecoder().decode(answer.stderr)}`);
  if (stdout !== undefined) await Deno.writeFile(join(cwd, stdout), answer.stdout);
}

async function isThere(program: string): Promise<boolean> {
  try {
    await new Deno.Command(program, { args: ["--version"], stdin: "null", stdout: "null", stderr: "null" })
      .output();
    return true;
  } catch {
    return false;
  }
}

async function checkImage(image: string, form: string): Promise<void> {
  const captures = await Deno.makeTempDir();
  try {
    const result = await importMemory(image, { dir: captures });
    assertEquals(result.form, form);
    assertEquals([result.entries, result.lost, result.missingPages, result.warnings], [
      texts.length,
      0,
      0,
      [],
    ]);
    await using log = await CaptureLog.open(result.path, {});
    assertEquals((await Array.fromAsync(log.entries())).map(({ message }) => message), texts);
  } finally {
    await Deno.remove(captures, { recursive: true });
  }
}

Deno.test({
  name: "what makedumpfile makes of an ELF core gives the same entries, in each of its forms",
  ignore: !await isThere("makedumpfile"),
  async fn(t) {
    const dir = await Deno.makeTempDir();
    try {
      await Deno.writeFile(
        join(dir, "vmcore"),
        elfImage(await memoryAt(0), [{ frame: 0, count: FRAMES }]),
      );
      const forms = [["-c", "kdump (zlib)"], ["-l", "kdump (lzo)"], ["-E", "ELF core"], [
        "",
        "kdump",
      ]] as const;
      for (const [packing, form] of forms) {
        // Level 1 leaves out pages of zeros, as every kdump service does.
        for (const level of ["0", "1"]) {
          const name = `image${packing}-${level}`;
          const options = [...(packing === "" ? [] : [packing]), "-d", level];
          await t.step(`makedumpfile ${options.join(" ")}`, async () => {
            await run("makedumpfile", [...options, "vmcore", name], dir);
            await checkImage(join(dir, name), form);
          });
          await t.step(`makedumpfile -F ${options.join(" ")}`, async () => {
            await run("makedumpfile", ["-F", ...options, "vmcore"], dir, `${name}.flat`);
            await checkImage(join(dir, `${name}.flat`), `${form}, flattened`);
          });
        }
      }
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
});

/**
 * Asks QEMU's monitor one thing after the other; answers that are errors are given as their text. Over the program's own input and output:
 * a socket would need the right to use the network.
 */
async function askMonitor(
  child: Deno.ChildProcess,
  questions: readonly Record<string, unknown>[],
): Promise<string[]> {
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(lineStream()).getReader();
  const input = child.stdin.getWriter();
  await lines.read();
  const answers: string[] = [];
  for (const question of [{ execute: "qmp_capabilities" }, ...questions]) {
    await input.write(new TextEncoder().encode(`${JSON.stringify(question)}\n`));
    for (;;) {
      const { value } = await lines.read();
      if (value === undefined) throw new Error(`QEMU did not answer ${question.execute}`);
      const answer = JSON.parse(value);
      if ("event" in answer) continue;
      answers.push(answer.error?.desc ?? "");
      break;
    }
  }
  await input.close();
  while (!(await lines.read()).done);
  return answers.slice(1);
}

function lineStream(): TransformStream<string, string> {
  let rest = "";
  return new TransformStream({
    transform(chunk, controller) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) controller.enqueue(line);
    },
  });
}

Deno.test({
  name: "what QEMU dumps of a machine's memory gives the same entries, in each form that it was built with",
  ignore: !await isThere("qemu-system-x86_64"),
  async fn(t) {
    const dir = await Deno.makeTempDir();
    try {
      const memory = await memoryAt(FIRST_FRAME);
      await Deno.writeFile(join(dir, "memory"), rawImage(memory).subarray(FIRST_FRAME * 4096));
      const args = [
        "-accel",
        "tcg",
        "-M",
        "q35",
        "-m",
        String(GUEST_MIB),
        "-S",
        "-nodefaults",
        "-display",
        "none",
      ];
      const loader = `loader,file=${join(dir, "memory")},addr=${FIRST_FRAME * 4096},force-raw=on`;
      const child = new Deno.Command("qemu-system-x86_64", {
        args: [...args, "-device", loader, "-qmp", "stdio"],
        signal: AbortSignal.timeout(600_000),
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const images = [
        ["elf", "ELF core"],
        ["kdump-zlib", "kdump (zlib), flattened"],
        ["kdump-lzo", "kdump (lzo), flattened"],
        ["kdump-snappy", "kdump (snappy), flattened"],
      ] as const;
      const answers = await askMonitor(child, [
        ...images.map(([format]) => ({
          execute: "dump-guest-memory",
          arguments: { paging: false, protocol: `file:${join(dir, format)}`, format },
        })),
        { execute: "pmemsave", arguments: { val: 0, size: GUEST_MIB * 2 ** 20, filename: join(dir, "raw") } },
        { execute: "quit" },
      ]);
      await child.status;
      assertEquals([answers[0], answers[1], answers.at(-2)], ["", "", ""]);
      for (const [n, [format, form]] of images.entries()) {
        // Debian's QEMU is built without the libraries for the last two.
        if (answers[n] !== "") continue;
        await t.step(`dump-guest-memory in the format ${format}`, () => checkImage(join(dir, format), form));
      }
      await t.step("pmemsave", () => checkImage(join(dir, "raw"), "raw memory"));
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
});
