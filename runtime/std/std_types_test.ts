/**
 * Each `@ts-expect-error` below is an assertion of `deno check`: were the wrapper `any`, the line would be no error
 * and the check would fail for it.
 */
import { assert, assertEquals, assertInstanceOf, assertLess, assertRejects, assertThrows } from "@std/assert";
import { abortable, delay } from "@std/async";
import { concat, equals } from "@std/bytes";
import { parseArgs } from "@std/cli";
import { decodeHex, encodeHex } from "@std/encoding";
import { formatBytes, formatDuration, stripAnsiCode } from "@std/fmt";
import { fromFileUrl, join, relative } from "@std/path";
import { TextLineStream, toText } from "@std/streams";
import { closestString, levenshteinDistance } from "@std/text";

/** Never called: only its types are looked at. */
export async function wrongUses(): Promise<void> {
  // @ts-expect-error: the expected value has another type
  assertEquals(1, "1");
  // @ts-expect-error: no value to compare with
  assertEquals(1);
  // @ts-expect-error: a number and a bigint do not compare
  assertLess(1, 2n);
  // @ts-expect-error: not a function
  assertThrows(3);
  // @ts-expect-error: not a class
  assertInstanceOf({}, "Error");
  // @ts-expect-error: milliseconds are a number
  await delay("1s");
  // @ts-expect-error: a signal is missing
  await abortable(Promise.resolve(1));
  // @ts-expect-error: an array of arrays is wanted
  concat(new Uint8Array(1));
  // @ts-expect-error: no text
  equals("a", "b");
  // @ts-expect-error: no such option
  parseArgs([], { flags: ["x"] });
  // @ts-expect-error: a number has no hexadecimal form here
  encodeHex(255);
  // @ts-expect-error: bytes are a number, not a bigint
  formatBytes(1n);
  // @ts-expect-error: no such style
  formatDuration(1, { style: "short" });
  // @ts-expect-error: parts are texts
  join("a", 1);
  // @ts-expect-error: the other path is missing
  relative("a");
  // @ts-expect-error: no such option
  new TextLineStream({ crlf: true });
  // @ts-expect-error: a text is no stream
  await toText("x");
  // @ts-expect-error: words are an array
  closestString("a", "b");
  // @ts-expect-error: the result is a number
  levenshteinDistance("a", "b").length;
}

Deno.test("assert narrows the type of what it has looked at", () => {
  const value: string | undefined = ["a"].at(0);
  assert(value !== undefined);
  assertEquals(value.length, 1);
  assertLess(value.length, 2);
});

Deno.test("assertThrows and assertRejects return the error", async () => {
  const thrown: RangeError = assertThrows(
    () => {
      throw new RangeError("too far");
    },
    RangeError,
    "far",
  );
  assertEquals(thrown.message, "too far");
  const rejected: TypeError = await assertRejects(() => Promise.reject(new TypeError("odd")), TypeError);
  assertEquals(rejected.message, "odd");
});

Deno.test("every wrapper reaches a working function of the package", async () => {
  assert(equals(concat([Uint8Array.of(1), Uint8Array.of(2)]), Uint8Array.of(1, 2)));
  assertEquals(decodeHex(encodeHex(Uint8Array.of(255))), Uint8Array.of(255));
  assertEquals(formatBytes(4 << 20, { binary: true }), "4 MiB");
  assertEquals(formatDuration(1500, { ignoreZero: true }), "1s 500ms");
  assertEquals(stripAnsiCode("\x1b[1mx\x1b[22m"), "x");
  assertEquals(join("a", "..", "b"), "b");
  assert(fromFileUrl(import.meta.url).endsWith("std_types_test.ts"));
  assertEquals(closestString("lenght", ["size", "length"]), "length");
  assertEquals(levenshteinDistance("abc", "abd"), 1);
  const parsed = parseArgs(["--json", "--name", "x", "rest"], { boolean: ["json"], string: ["name"] });
  assertEquals([parsed.json, parsed.name, parsed._], [true, "x", ["rest"]]);
  assertEquals(await toText(ReadableStream.from(["a", "b"])), "ab");
  const lines = ReadableStream.from(["a\nb", "c\n"]).pipeThrough(new TextLineStream());
  assertEquals(await Array.fromAsync(lines), ["a", "bc"]);
  assertEquals(await abortable(Promise.resolve(3), new AbortController().signal), 3);
});
