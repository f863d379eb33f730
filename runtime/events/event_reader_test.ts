/** Both readers of typed events, in one suite: what each test expects is small enough to be checked by eye. */
import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { KIND_DATA, KIND_TEXT } from "../arrow/wire.ts";
import { ensureBuilt } from "../build/build.ts";
import { loadNative, type NativeLibrary } from "../ffi/native.ts";
import { ArgumentType as Type } from "./argument_type.ts";
import type { EventReader } from "./event_batch.ts";
import { ColumnType } from "./event_table.ts";
import { ScriptEvents } from "./script_events.ts";
import {
  type BatchRow,
  columnValues,
  encodeSite,
  float,
  makeBatch,
  NULL_TEXT,
  number,
  type SiteArgument,
  text,
  text16,
} from "./test_support.ts";

const FLAG_TRUNCATED = 1;

/** Runs a test with each reader that this machine has. */
function testBoth(sentence: string, run: (makeReader: () => EventReader) => void): void {
  Deno.test(`${sentence} (TypeScript)`, () => run(() => new ScriptEvents()));
  Deno.test({
    name: `${sentence} (native)`,
    ignore: library === null,
    fn: () => run(() => (library as NativeLibrary).makeEvents()),
  });
}

const { reader: path } = await ensureBuilt();
const library = path === null ? null : loadNative(path);

/** The messages of rows, all of them valid UTF-8. */
function messagesOf(reader: EventReader, rows: readonly BatchRow[]): string[] {
  const { offsets, values } = reader.format(makeBatch(rows));
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
  return rows.map((_, row) => decoder.decode(values.subarray(offsets[row], offsets[row + 1])));
}

/** The message of one event with one argument. */
function messageOf(
  makeReader: () => EventReader,
  format: string | Uint8Array,
  argument: number | SiteArgument,
  payload: readonly number[],
): string {
  using reader = makeReader();
  const one = typeof argument === "number" ? { type: argument } : argument;
  assert(reader.add(1, encodeSite({ format, arguments: [one] })), `refused: ${format}`);
  return messagesOf(reader, [{ payload }])[0]!;
}

/** The columns of one event as rows of values by name. */
function columnsOf(reader: EventReader, name: string, rows: readonly BatchRow[]): Record<string, unknown[]> {
  const found = reader.columns(name, makeBatch(rows));
  assert(found !== null);
  return Object.fromEntries(
    found.columns.map((column) => {
      const values = columnValues(column, found.rowNumbers.length);
      assertEquals(column.nullCount, values.filter((value) => value === null).length);
      assertEquals(column.validity === null, column.nullCount === 0);
      return [column.name, values];
    }),
  );
}

testBoth("an event is formatted from its arguments, each where the format names it", (makeReader) => {
  using reader = makeReader();
  const site = encodeSite({
    format: "irp=%p status=%x us=%u",
    arguments: [{ type: Type.pointer, key: "irp" }, { type: Type.u32, key: "status" }, {
      type: Type.u32,
      key: "us",
    }],
  });
  assert(reader.add(7, site));
  const payload = [...number(0xffff_a001n, 8), ...number(0xc000_0022, 4), ...number(17, 4)];
  const nothing = new Array(16).fill(0);
  assertEquals(messagesOf(reader, [{ site: 7, payload }, { site: 7, payload: nothing }]), [
    "irp=0xffffa001 status=c0000022 us=17",
    "irp=(nil) status=0 us=0",
  ]);
});

testBoth(
  "texts stay what they are, data has no message, and unknown sites are told by number",
  (makeReader) => {
    using reader = makeReader();
    assert(reader.add(2, encodeSite({ format: "", kind: KIND_TEXT })));
    assertEquals(
      messagesOf(reader, [
        { kind: KIND_TEXT, payload: [...new TextEncoder().encode("naïve")] },
        { kind: KIND_TEXT, payload: [0x61, 0xff, 0x62] },
        { kind: KIND_TEXT, payload: [0x61, 0x62, 99, 0, 0, 0], flags: FLAG_TRUNCATED },
        { kind: KIND_TEXT, payload: [] },
        { kind: KIND_DATA, payload: [1, 2, 3] },
        { site: 1, payload: [1] },
        { site: 2, payload: [] },
        { site: 0, payload: [] },
        { site: 0xffff_ffff, payload: [] },
      ]),
      [
        "naïve",
        "a\ufffdb",
        "ab",
        "",
        "",
        "<unknown site 1>",
        "<unknown site 2>",
        "<unknown site 0>",
        "<unknown site 4294967295>",
      ],
    );
  },
);

testBoth("the ends of every integer type are printed whole", (makeReader) => {
  const cases: readonly [number, string, bigint, number, string][] = [
    [Type.i8, "%d", -128n, 1, "-128"],
    [Type.i8, "%u", -1n, 1, "4294967295"],
    [Type.i8, "%hhu", -1n, 1, "255"],
    [Type.u8, "%d", 255n, 1, "255"],
    [Type.u8, "%hhd", 255n, 1, "-1"],
    [Type.i16, "%d", -32768n, 2, "-32768"],
    [Type.u16, "%hd", 65535n, 2, "-1"],
    [Type.u16, "%u", 65535n, 2, "65535"],
    [Type.i32, "%d", -2147483648n, 4, "-2147483648"],
    [Type.i32, "%x", -1n, 4, "ffffffff"],
    [Type.u32, "%u", 4294967295n, 4, "4294967295"],
    [Type.u32, "%d", 4294967295n, 4, "-1"],
    [Type.i64, "%d", -(1n << 63n), 8, "-9223372036854775808"],
    [Type.i64, "%hhd", 511n, 8, "511"],
    [Type.u64, "%u", (1n << 64n) - 1n, 8, "18446744073709551615"],
    [Type.u64, "%o", (1n << 64n) - 1n, 8, "1777777777777777777777"],
    [Type.u64, "%#X", (1n << 64n) - 1n, 8, "0XFFFFFFFFFFFFFFFF"],
    [Type.pointer, "%p", (1n << 64n) - 1n, 8, "0xffffffffffffffff"],
    [Type.pointer, "%x", 255n, 8, "ff"],
    [Type.bool, "%d", 1n, 1, "1"],
    [Type.bool, "%d", 2n, 1, "1"],
    [Type.bool, "%s", 0n, 1, "false"],
    [Type.bool, "[%6s]", 200n, 1, "[  true]"],
    [Type.char, "%c", 65n, 1, "A"],
    [Type.char, "[%-3c]", 65n, 1, "[A  ]"],
    [Type.char, "%d", 255n, 1, "-1"],
    [Type.char, "%c", 0xe9n, 1, "\ufffd"],
    [Type.i32, "%c", 0x41n, 4, "A"],
  ];
  for (const [type, format, value, bytes, expected] of cases) {
    assertEquals(
      messageOf(makeReader, format, type, number(value, bytes)),
      expected,
      `${format} of ${value}`,
    );
  }
});

testBoth("a width ends at 4,095, a number's precision too, and a text's nowhere", (makeReader) => {
  const endless = "9".repeat(400);
  assertEquals(messageOf(makeReader, "%5000d", Type.u8, [7]), "7".padStart(4095));
  assertEquals(messageOf(makeReader, `%-${endless}d|`, Type.u8, [7]), `${"7".padEnd(4095)}|`);
  assertEquals(messageOf(makeReader, `%.${endless}x`, Type.u8, [7]), "7".padStart(4095, "0"));
  assertEquals(messageOf(makeReader, "%.9999f", Type.f64, float(1, 8)), `1.${"0".repeat(4095)}`);
  const long = "x".repeat(5000);
  assertEquals(messageOf(makeReader, `%.${endless}s`, Type.text, text(long)), long);
  assertEquals(messageOf(makeReader, "%.4999s", Type.text, text(long)), long.slice(1));
});

testBoth("lengths say nothing but h and hh alone", (makeReader) => {
  for (const length of ["l", "ll", "z", "hl", "hhh", "Lqtj"]) {
    assertEquals(messageOf(makeReader, `%${length}u`, Type.i32, number(-1, 4)), "4294967295", length);
  }
});

testBoth("floating point is printed exactly, also zeros, denormals and what is no number", (makeReader) => {
  const cases: readonly [string, number, string][] = [
    ["%f", -0, "-0.000000"],
    ["%g", NaN, "nan"],
    ["%+E", Infinity, "+INF"],
    ["%010f", -Infinity, "      -inf"],
    ["%g", Number.MIN_VALUE, "4.94066e-324"],
    ["%a", Number.MIN_VALUE, "0x0.0000000000001p-1022"],
    ["%.0f", 2.5, "2"],
    ["%.0f", 3.5, "4"],
    ["%.25f", 0.1, "0.1000000000000000055511151"],
    ["%.16g", 9.999999999999999e22, "9.999999999999999e+22"],
    ["%.0e", 9.5, "1e+01"],
    ["%#.3g", 1, "1.00"],
    ["%.0a", 1.5, "0x2p+0"],
  ];
  for (const [format, value, expected] of cases) {
    assertEquals(messageOf(makeReader, format, Type.f64, float(value, 8)), expected, `${format} of ${value}`);
  }
  assertEquals(messageOf(makeReader, "%.10g", Type.f32, float(0.1, 4)), "0.1000000015");
  assertEquals(messageOf(makeReader, "%g", Type.f32, number(0xffc0_0001, 4)), "-nan");
  const longest = messageOf(makeReader, "%+.4095f", Type.f64, float(-Number.MAX_VALUE, 8));
  assertEquals(longest.length, 1 + 309 + 1 + 4095);
});

testBoth("a text is cut by bytes and padded to the width, as printf does", (makeReader) => {
  const say = (format: string, payload: readonly number[]) =>
    messageOf(makeReader, format, Type.text, payload);
  assertEquals(say("[%s]", text("")), "[]");
  assertEquals(say("[%5s]", text("né")), "[  né]");
  assertEquals(say("[%-5.2s]", text("abc")), "[ab   ]");
  assertEquals(say("[%.2s]", text("né")), "[n\ufffd]");
  assertEquals(say("[%s]", NULL_TEXT), "[(null)]");
  assertEquals(say("[%.5s]", NULL_TEXT), "[]");
  assertEquals(say("[%8.6s]", NULL_TEXT), "[  (null)]");
  assertEquals(say("%s", text(Uint8Array.of(0x61, 0, 0x62, 0x80))), "a\0b\ufffd");
});

testBoth("a byte that is no UTF-8 in one piece can be part of a character with the next", (makeReader) => {
  const format = Uint8Array.of(0xc3, ...new TextEncoder().encode("%s"));
  assertEquals(messageOf(makeReader, format, Type.text, text(Uint8Array.of(0xa9))), "é");
  assertEquals(messageOf(makeReader, format, Type.text, text("x")), "\ufffdx");
});

testBoth("what was cut ends with an ellipsis, unless the precision would have cut it there", (makeReader) => {
  const cut = text("kept", 5000);
  assertEquals(messageOf(makeReader, "%s|", Type.text, cut), "kept…|");
  assertEquals(messageOf(makeReader, "%9s|", Type.text, cut), "  kept…|");
  assertEquals(messageOf(makeReader, "%.4s|", Type.text, cut), "kept|");
  assertEquals(messageOf(makeReader, "%.5s|", Type.text, cut), "kept…|");
  assertEquals(messageOf(makeReader, "%s|", Type.text16, text16("kept", 5000)), "kept…|");
  assertEquals(messageOf(makeReader, "%s|", Type.bytes, text(Uint8Array.of(10, 255), 9)), "0a ff…|");
  assertEquals(messageOf(makeReader, "%s|", Type.text, [0xff, 0xff, 9, 0, 0, 0]), "(null)|");
});

testBoth("UTF-16 becomes UTF-8, and what is no character becomes U+FFFD", (makeReader) => {
  const say = (payload: readonly number[], format = "%s") =>
    messageOf(makeReader, format, Type.text16, payload);
  assertEquals(say(text16("naïve 日本 🙂")), "naïve 日本 🙂");
  assertEquals(say(text16("\ufeffbom")), "\ufeffbom");
  assertEquals(say(text16("a\ud83d")), "a\ufffd");
  assertEquals(say(text16("\ude42a")), "\ufffda");
  assertEquals(say(text16("\ud83d\ud83d\ude42")), "\ufffd🙂");
  assertEquals(say(text(Uint8Array.of(0x61, 0, 0x62))), "a\ufffd");
  assertEquals(say(text(Uint8Array.of(0x3d, 0xd8, 0x42))), "\ufffd");
  assertEquals(say(text16("aé日"), "[%.3s]"), "[aé]");
  assertEquals(say(text16("aé日"), "[%.5s]"), "[aé]");
});

testBoth("numbers that have names are told by them, and by number where they have none", (makeReader) => {
  const enumerators: [bigint, string][] = [[1n, "IDLE"], [-5n, "GONE"], [1n, "SECOND"]];
  const state = { type: Type.enum, enumerators };
  const cases: readonly [string, number | SiteArgument, bigint, number, string][] = [
    ["%s", state, 1n, 8, "IDLE"],
    ["%s", state, -5n, 8, "GONE"],
    ["%s", state, 3n, 8, "3"],
    ["%s", state, -(1n << 63n), 8, "-9223372036854775808"],
    ["%d", state, -5n, 8, "-5"],
    ["[%-6.2s]", state, 1n, 8, "[ID    ]"],
    ["%s", Type.errno, 5n, 4, "EIO"],
    ["%s", Type.errno, -5n, 4, "-EIO"],
    ["%s", Type.errno, 0n, 4, "0"],
    ["%s", Type.errno, -(1n << 31n), 4, "-2147483648"],
    ["%s", Type.errno, 41n, 4, "41"],
    ["%d", Type.errno, -11n, 4, "-11"],
    ["%s", Type.ntstatus, 0xc000_0022n, 4, "STATUS_ACCESS_DENIED"],
    ["%s", Type.ntstatus, 0xc0de_0001n, 4, "0xc0de0001"],
    ["%x", Type.ntstatus, 0xc000_0022n, 4, "c0000022"],
    ["%s", Type.hresult, 0x8000_4005n, 4, "E_FAIL"],
    ["%s", Type.hresult, 0x23n, 4, "0x00000023"],
  ];
  for (const [format, type, value, bytes, expected] of cases) {
    assertEquals(messageOf(makeReader, format, type, number(value, bytes)), expected);
  }
});

testBoth("a damaged payload is told at the place where it ends", (makeReader) => {
  using reader = makeReader();
  const site = {
    format: "a=%u b=%s c=%d.",
    arguments: [{ type: Type.u16, key: "a" }, { type: Type.text, key: "b" }, { type: Type.i32 }],
  };
  assert(reader.add(1, encodeSite(site)));
  const whole = [...number(300, 2), ...text("xyz"), ...number(-1, 4)];
  assertEquals(
    messagesOf(reader, [
      { payload: whole },
      { payload: [...whole, 0] },
      { payload: [...whole, 0, 0] },
      { payload: whole.slice(0, -1) },
      { payload: whole.slice(0, 6) },
      { payload: whole.slice(0, 3) },
      { payload: [] },
      { payload: [1, 0, 0, 0x80, 1, 2, 3] },
      { payload: [...whole.slice(0, 7), 9, 9, 9, 9], flags: FLAG_TRUNCATED },
      { payload: [1, 2], flags: FLAG_TRUNCATED },
    ]),
    [
      "a=300 b=xyz c=-1.",
      "a=300 b=xyz c=-1. <damaged: 1 byte is left over>",
      "a=300 b=xyz c=-1. <damaged: 2 bytes are left over>",
      "a=300 b=xyz c=<damaged: the payload ends before arg3>",
      "a=300 b=<damaged: the payload ends before b>",
      "a=300 b=<damaged: the payload ends before b>",
      "a=<damaged: the payload ends before a>",
      "a=1 b=<damaged: the payload ends before b>",
      "a=300 b=xyz c=<damaged: the payload ends before arg3>",
      "a=<damaged: the payload ends before a>",
    ],
  );
  assertEquals(
    columnsOf(reader, "io_done", [{ payload: [...whole, 0] }, { payload: whole.slice(0, -1) }, {
      payload: [],
    }]),
    {
      a: [300, 300, null],
      b: ["xyz", "xyz", null],
      arg3: [-1, null, null],
    },
  );
});

testBoth("a descriptor that breaks the contract leaves an unknown site behind", (makeReader) => {
  const good = { format: "%d", arguments: [{ type: Type.i32 }] };
  const bad: Record<string, Uint8Array> = {
    "is cut": encodeSite(good).slice(0, -1),
    "has bytes left over": Uint8Array.of(...encodeSite(good), 0),
    "lies about its length": encodeSite(good).with(0, 3),
    "is empty": new Uint8Array(0),
    "is too long": encodeSite({ format: "x".repeat(4096) }),
    "has a name that is no identifier": encodeSite({ ...good, name: "io done" }),
    "has no name": encodeSite({ ...good, name: "" }),
    "has a name that begins with a digit": encodeSite({ ...good, name: "1st" }),
    "has arguments and is no event": encodeSite({ ...good, kind: KIND_TEXT }),
    "is of an unknown kind": encodeSite({ ...good, kind: 3 }),
    "has an unknown severity": encodeSite({ ...good, severity: 7 }),
    "has an unknown role": encodeSite({ ...good, role: 3 }),
    "has type 0": encodeSite({ format: "%d", arguments: [{ type: 0 }] }),
    "has type 21": encodeSite({ format: "%d", arguments: [{ type: 21 }] }),
    "has 17 arguments": encodeSite({
      format: "%d".repeat(17),
      arguments: new Array(17).fill({ type: Type.i32 }),
    }),
    "has too few conversions": encodeSite({ ...good, format: "" }),
    "has too many conversions": encodeSite({ ...good, format: "%d%d" }),
    "ends in a conversion": encodeSite({ ...good, format: "%d%" }),
    "takes a width from the arguments": encodeSite({ ...good, format: "%*d" }),
    "writes": encodeSite({ ...good, format: "%n" }),
    "has a position": encodeSite({ ...good, format: "%1$d" }),
    "groups thousands": encodeSite({ ...good, format: "%'d" }),
    "prints a number as a text": encodeSite({ ...good, format: "%s" }),
    "prints a number as floating point": encodeSite({ ...good, format: "%f" }),
    "prints a text as a number": encodeSite({ format: "%d", arguments: [{ type: Type.text }] }),
    "prints a double as a number": encodeSite({ format: "%d", arguments: [{ type: Type.f64 }] }),
  };
  using reader = makeReader();
  const sites = Object.values(bad);
  for (const [at, descriptor] of sites.entries()) {
    assertFalse(reader.add(at + 1, descriptor), `taken, although it ${Object.keys(bad)[at]}`);
  }
  assertEquals(messagesOf(reader, [{ site: 1, payload: [] }, { site: sites.length, payload: [1] }]), [
    "<unknown site 1>",
    `<unknown site ${sites.length}>`,
  ]);
  assertEquals(reader.names(), []);
});

testBoth("a descriptor that ends anywhere before its end is refused, also where it says so", (makeReader) => {
  using reader = makeReader();
  const whole = encodeSite({
    format: "%s %d",
    arguments: [{ key: "state", type: Type.enum, enumerators: [[1n, "ON"], [0n, "OFF"]] }, {
      key: "n",
      type: Type.u8,
    }],
  });
  for (let bytes = 4; bytes < whole.length; bytes++) {
    const cut = whole.slice(0, bytes);
    cut.set(number(bytes, 4));
    assertFalse(reader.add(bytes, cut), `taken with ${bytes} of ${whole.length} bytes`);
  }
  assert(reader.add(whole.length, whole));
});

testBoth("the number of a site is given once", (makeReader) => {
  using reader = makeReader();
  assert(reader.add(1, encodeSite({ format: "one" })));
  assertFalse(reader.add(2, Uint8Array.of(1)));
  assertThrows(() => reader.add(1, encodeSite({ format: "two" })), RangeError, "site 1 was told before");
  assertThrows(() => reader.add(2, encodeSite({ format: "two" })), RangeError, "site 2 was told before");
  for (const wrong of [0, -1, 1.5, (1 << 20) + 1]) {
    assertThrows(() => reader.add(wrong, encodeSite({ format: "x" })), RangeError, "numbers are 1");
  }
  assertEquals(messagesOf(reader, [{ payload: [] }]), ["one"]);
});

testBoth("a descriptor may be overwritten as soon as it has been told", (makeReader) => {
  using reader = makeReader();
  const descriptor = encodeSite({
    format: "kept %s",
    arguments: [{ type: Type.enum, enumerators: [[1n, "ON"]] }],
  });
  assert(reader.add(1, descriptor));
  descriptor.fill(0xff);
  assertEquals(messagesOf(reader, [{ payload: number(1, 8) }]), ["kept ON"]);
});

testBoth("offsets that lead outside of the payload are refused", (makeReader) => {
  using reader = makeReader();
  assert(reader.add(1, encodeSite({ format: "x" })));
  const batch = makeBatch([{ payload: [1, 2] }, { payload: [3] }]);
  for (const offsets of [[0, 2, 4], [-1, 2, 3], [0, 3, 2], [0, -2, 3], [5, 5, 5]]) {
    const lying = { ...batch, offsets: Int32Array.from(offsets) };
    assertThrows(() => reader.format(lying), RangeError, "payload");
    assertThrows(() => reader.columns("io_done", lying), RangeError, "payload");
  }
  assertThrows(
    () => reader.format({ ...batch, type: new Uint32Array(1) }),
    RangeError,
    "fewer than its 2 rows",
  );
});

testBoth("each type has its column, and its ends survive", (makeReader) => {
  using reader = makeReader();
  const columns: readonly [string, number, string, readonly number[], readonly number[], unknown, unknown][] =
    [
      ["bool", Type.bool, "%d", [1], [0], true, false],
      ["i8", Type.i8, "%d", [0x80], [0x7f], -128, 127],
      ["u8", Type.u8, "%u", [0xff], [0], 255, 0],
      ["i16", Type.i16, "%d", number(-32768, 2), number(32767, 2), -32768, 32767],
      ["u16", Type.u16, "%d", number(65535, 2), [0, 0], 65535, 0],
      ["i32", Type.i32, "%d", number(-(2 ** 31), 4), number(2 ** 31 - 1, 4), -(2 ** 31), 2 ** 31 - 1],
      ["u32", Type.u32, "%d", number(2 ** 32 - 1, 4), number(0, 4), 2 ** 32 - 1, 0],
      ["i64", Type.i64, "%d", number(-(1n << 63n), 8), number(1, 8), -(1n << 63n), 1n],
      ["u64", Type.u64, "%d", number((1n << 64n) - 1n, 8), number(1, 8), (1n << 64n) - 1n, 1n],
      ["f32", Type.f32, "%f", float(-0, 4), float(1e-45, 4), -0, Math.fround(1e-45)],
      ["f64", Type.f64, "%f", float(NaN, 8), float(5e-324, 8), NaN, 5e-324],
      ["irp", Type.pointer, "%p", number((1n << 64n) - 1n, 8), number(0, 8), (1n << 64n) - 1n, 0n],
      ["path", Type.text, "%s", text("é", 4096), NULL_TEXT, "é…(4096)", null],
      ["wide", Type.text16, "%s", text16("\ud800", 10), text16(""), "\ufffd…(10)", ""],
      ["raw", Type.bytes, "%s", text(Uint8Array.of(0, 0xff), 9), NULL_TEXT, Uint8Array.of(0, 0xff), null],
      ["letter", Type.char, "%c", [0x41], [0x80], "A", "\ufffd"],
    ];
  const site = {
    format: columns.map(([, , conversion]) => conversion).join(" "),
    arguments: columns.map(([key, type]) => ({ key, type })),
  };
  assert(reader.add(1, encodeSite(site)));
  const rows = [{ payload: columns.flatMap((column) => column[3]) }, {
    payload: columns.flatMap((column) => column[4]),
  }];
  assertEquals(
    columnsOf(reader, "io_done", rows),
    Object.fromEntries(columns.map(([key, , , , , first, second]) => [key, [first, second]])),
  );
});

testBoth("what has names is a number and its name beside it, and loses nothing", (makeReader) => {
  using reader = makeReader();
  const enumerators: [bigint, string | Uint8Array][] = [[1n, "IDLE"], [2n, Uint8Array.of(0xff)]];
  const site = {
    format: "%x %d %d %d",
    arguments: [
      { key: "state", type: Type.enum, enumerators },
      { key: "error", type: Type.errno },
      { key: "status", type: Type.ntstatus },
      { key: "result", type: Type.hresult },
    ],
  };
  assert(reader.add(1, encodeSite(site)));
  const row = (state: number, error: number, status: number, result: number) => ({
    payload: [...number(state, 8), ...number(error, 4), ...number(status, 4), ...number(result, 4)],
  });
  assertEquals(
    columnsOf(reader, "io_done", [row(1, -5, 0xc0000022, 0), row(2, 0, 0, 1), row(3, 999, 1234, 1234)]),
    {
      state: [1n, 2n, 3n],
      state_name: ["IDLE", "\ufffd", "3"],
      error: [-5, 0, 999],
      error_name: ["-EIO", "0", "999"],
      status: [0xc0000022, 0, 1234],
      status_name: ["STATUS_ACCESS_DENIED", "STATUS_SUCCESS", "0x000004d2"],
      result: [0, 1, 1234],
      result_name: ["S_OK", "S_FALSE", "0x000004d2"],
    },
  );
});

testBoth("a text that is called like the name of a number keeps its own column", (makeReader) => {
  using reader = makeReader();
  const site = {
    format: "%d %s %d",
    arguments: [
      { key: "error", type: Type.errno },
      { key: "error_name", type: Type.text },
      { key: "ERROR", type: Type.text },
    ],
  };
  assert(reader.add(7, encodeSite({ ...site, format: "%d %s %s" })));
  assert(reader.add(8, encodeSite({ format: "%s", arguments: [{ key: "error", type: Type.errno }] })));
  const rows = [{ site: 7, payload: [...number(5, 4), ...text("mine"), ...text("third")] }, {
    site: 8,
    payload: number(2, 4),
  }];
  assertEquals(columnsOf(reader, "io_done", rows), {
    error: [5, 2],
    error_name: ["EIO", "ENOENT"],
    error_name_site_7: ["mine", null],
    ERROR_2: ["third", null],
  });
});

testBoth(
  "a table is the union of its sites by name and type, and a conflict carries the site",
  (makeReader) => {
    using reader = makeReader();
    const add = (site: number, name: string, format: string, args: readonly SiteArgument[]) =>
      assert(reader.add(site, encodeSite({ name, format, arguments: args })));
    add(1, "io", "%u %s", [{ key: "size", type: Type.u32 }, { key: "path", type: Type.text }]);
    add(2, "other", "%u", [{ key: "size", type: Type.u64 }]);
    add(3, "IO", "%s %u", [{ key: "PATH", type: Type.text16 }, { key: "size", type: Type.u64 }]);
    add(4, "io", "%u %d", [{ key: "Size", type: Type.u64 }, { key: "size_site_3", type: Type.i8 }]);
    assertEquals(reader.names(), ["io", "other"]);
    const rows: BatchRow[] = [
      { site: 1, payload: [...number(7, 4), ...text("a")] },
      { site: 2, payload: number(1, 8) },
      { site: 3, payload: [...text16("b"), ...number(8, 8)] },
      { kind: KIND_TEXT, site: 1, payload: [0x61] },
      { site: 4, payload: [...number(9, 8), 5] },
    ];
    assertEquals(columnsOf(reader, "Io", rows), {
      size: [7, null, null],
      path: ["a", "b", null],
      size_site_3: [null, 8n, 9n],
      size_site_3_site_4: [null, null, 5],
    });
    const found = reader.columns("io", makeBatch(rows));
    assertEquals([...found!.rowNumbers], [0, 2, 4]);
    assertEquals(reader.columns("nobody", makeBatch(rows)), null);
    assertEquals(columnsOf(reader, "other", []), { size: [] });
  },
);

testBoth("keys are made fit to be columns", (makeReader) => {
  using reader = makeReader();
  const keys = ["pid", "a", "A", "", "a_2", "Message", "a\n", Uint8Array.of(0xff), "日"];
  const site = { format: "%c".repeat(keys.length), arguments: keys.map((key) => ({ key, type: Type.i8 })) };
  assert(reader.add(1, encodeSite(site)));
  assertEquals(Object.keys(columnsOf(reader, "io_done", [])), [
    "pid_",
    "a",
    "A_2",
    "arg4",
    "a_2_2",
    "Message_",
    "a_",
    "\ufffd",
    "日",
  ]);
});

testBoth("an event without arguments has a message and rows, and no column", (makeReader) => {
  using reader = makeReader();
  assert(reader.add(1, encodeSite({ format: "100%% done", name: "done" })));
  assertEquals(messagesOf(reader, [{ payload: [] }]), ["100% done"]);
  const found = reader.columns("done", makeBatch([{ payload: [] }]));
  assertEquals(found, { rowNumbers: Uint32Array.of(0), columns: [] });
});

testBoth("a table ends at 1,024 columns, and messages go on", (makeReader) => {
  using reader = makeReader();
  for (let site = 1; site <= 65; site++) {
    const args = Array.from({ length: 16 }, (_, at) => ({ key: `k${site}_${at}`, type: Type.u8 }));
    assert(reader.add(site, encodeSite({ format: "%u".repeat(16), arguments: args })));
  }
  const payload = new Array(16).fill(1);
  const batch = makeBatch([{ site: 64, payload }, { site: 65, payload }]);
  const columns = reader.columns("io_done", batch)!.columns;
  assertEquals(columns.length, 1024);
  assertEquals(columns.at(-1), {
    name: "k64_15",
    type: ColumnType.u8,
    nullCount: 1,
    validity: Uint8Array.of(1),
    offsets: null,
    values: Uint8Array.of(1, 0),
  });
  assertEquals(messagesOf(reader, [{ site: 65, payload }]), ["1".repeat(16)]);
});
