/**
 * Messages of typed events against the C library's printf, over formats and values from a fixed seed: what the native reader and the one in
 * TypeScript write has to be the same bytes.
 */
import { assertEquals, assertGreater } from "@std/assert";
import { buildProgram } from "../../runtime/build/build_program.ts";
import type { EventReader } from "../../runtime/events/event_batch.ts";
import { ScriptEvents } from "../../runtime/events/script_events.ts";
import { encodeSite, makeBatch } from "../../runtime/events/test_support.ts";
import { loadNative } from "../../runtime/ffi/native.ts";
import { makePrintfCases, type PrintfCase } from "./printf_cases.ts";

const CASES = 120_000;
const SEED = 20_261_129;
/** Sites of one reader: their numbers have an end. */
const BATCH = 10_000;

/** What snprintf writes for each case. */
async function askPrintf(cases: readonly PrintfCase[]): Promise<string[]> {
  const program = await buildProgram({
    name: "tests/events_printf",
    sources: ["tests/events/printf.c"],
    flags: ["-Wno-format-nonliteral", "-Wno-format-security"],
  });
  const child = new Deno.Command(program, { stdin: "piped", stdout: "piped" }).spawn();
  const asking = new Blob(cases.map(({ asked }) => asked)).stream().pipeTo(child.stdin);
  const { stdout, code } = await child.output();
  await asking;
  assertEquals(code, 0);
  const view = new DataView(stdout.buffer, stdout.byteOffset, stdout.byteLength);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let at = 0;
  return cases.map(() => {
    const from = at + 4;
    at = from + view.getUint32(at, true);
    return decoder.decode(stdout.subarray(from, at));
  });
}

/**
 * Whether the C library got it wrong itself: glibc (seen with 2.36) forgets the zeros that `#` keeps where rounding makes a `%g` one digit
 * longer, and writes 999999.5 as `1.e+06` instead of `1.00000e+06` (C11, 7.21.6.1p8).
 */
function isMistaken({ format }: PrintfCase, written: string): boolean {
  return /%[-+ 0]*#[-+ #0]*\d*(\.([2-9]|\d\d+))?[gG]/.test(format) && /1\.[eE]/.test(written);
}

/** Formats every case as an event of its own site and compares. */
function compareMessages(
  makeReader: () => EventReader,
  cases: readonly PrintfCase[],
  expected: readonly string[],
): void {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
  const wrong: string[] = [];
  for (let from = 0; from < cases.length; from += BATCH) {
    const part = cases.slice(from, from + BATCH);
    using reader = makeReader();
    for (const [at, { format, type }] of part.entries()) {
      if (!reader.add(at + 1, encodeSite({ format, arguments: [{ type }] }))) {
        wrong.push(`refused: type ${type}, "${format}"`);
      }
    }
    const { offsets, values } = reader.format(
      makeBatch(part.map(({ payload }, at) => ({ site: at + 1, payload }))),
    );
    for (const [at, { format, type, payload }] of part.entries()) {
      const found = decoder.decode(values.subarray(offsets[at], offsets[at + 1]));
      if (found === expected[from + at]) continue;
      wrong.push(
        `type ${type}, "${format}", [${payload}]: "${found}" where printf writes "${expected[from + at]}"`,
      );
    }
  }
  assertEquals(wrong.slice(0, 20), [], `${wrong.length} of ${cases.length} are wrong`);
}

Deno.test("messages of both readers are what the C library's printf writes", async (test) => {
  const all = makePrintfCases(SEED, CASES);
  const written = await askPrintf(all);
  const cases = all.filter((one, at) => !isMistaken(one, written[at]!));
  const expected = written.filter((text, at) => !isMistaken(all[at]!, text));
  assertGreater(cases.length, CASES - 50);
  assertGreater(new Set(cases.map(({ format }) => format)).size, CASES / 2);
  await test.step("in TypeScript", () => compareMessages(() => new ScriptEvents(), cases, expected));
  await test.step("in C", () => {
    using library = loadNative();
    compareMessages(() => library.makeEvents(), cases, expected);
  });
});
