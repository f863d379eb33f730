/**
 * The debugger's script against the golden images, the reader in TypeScript, and a debugger that has memory and nothing else.
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import vm from "node:vm";
import { ArgumentType } from "../../runtime/events/argument_type.ts";
import { formatEvent } from "../../runtime/events/format_event.ts";
import { parseSite } from "../../runtime/events/parse_site.ts";
import {
  Chance,
  encodeSite,
  float,
  NULL_TEXT,
  number,
  type SiteArgument,
  text,
  text16,
} from "../../runtime/events/test_support.ts";
import { tagOfPosition, tagOfWord } from "../../runtime/abi/tag.ts";
import { readSetHeader } from "../../runtime/reader/set_header.ts";
import { goldenCases } from "../../tests/golden/golden_cases.ts";
import { loadImage } from "../../tests/golden/golden_files.ts";
import { loadGolden } from "../../tests/golden/golden_suite.ts";
import { image } from "../../tests/golden/image_builder.ts";

/** What came after ECMAScript 2015 and a script for that engine must not use. */
const LATER = [
  "delete globalThis.BigInt; delete globalThis.WeakRef; delete Array.prototype.includes; delete Array.prototype.flat;",
  "delete Array.prototype.flatMap; delete Array.prototype.at; delete String.prototype.padStart; delete String.prototype.padEnd;",
  "delete String.prototype.matchAll; delete String.prototype.replaceAll; delete String.prototype.at; delete Object.entries;",
  "delete Object.values; delete Object.fromEntries; delete Uint8Array.prototype.at; delete Uint8Array.prototype.toHex;",
].join("");

interface Word {
  readonly high: number;
  readonly low: number;
}
interface Region {
  read(offset: number, length: number): Uint8Array | null;
}
interface Entry {
  readonly index: Word;
  readonly seq: Word;
  readonly processor: number;
  readonly severity: number;
  readonly kind: number;
  readonly payload: Uint8Array;
}
type ScriptSet = { readonly header: { readonly problem: string | null; readonly ringCount: number } };
interface Ring {
  readonly isPossible: boolean;
  readonly processor: number;
}
interface Hole {
  readonly lost: number;
  readonly previous: Entry | null;
  readonly next: Entry | null;
}

/** What the tests call of it. */
interface Script {
  tagOfPosition(position: number, key: { first: number[]; second: number[] }): number[];
  tagOfWord(word: Word): number[];
  limbsOf(word: Word): number[];
  digitsOf(word: Word, base: number): string;
  signedText(word: Word): string;
  readSet(name: string, shared: Region, reader: Region | null): ScriptSet;
  readRing(set: ScriptSet, number: number): Ring | null;
  lastEntries(set: ScriptSet, count: number): { entries: Entry[]; problems: string[] };
  holesOf(set: ScriptSet, ring: Ring): { holes: Hole[]; entries: number };
  listLines(sets: ScriptSet[]): string[];
  lastLines(set: ScriptSet, count: number): string[];
  lossLines(set: ScriptSet): string[];
  parseSite(bytes: Uint8Array): object | null;
  eventText(site: object | null, payload: Uint8Array): string;
  textOf(bytes: Uint8Array): string;
  ringscope(which?: unknown): void;
  ringscopeLast(count?: unknown, which?: unknown): void;
  initializeScript(): { name: string }[];
}

const source = await Deno.readTextFile(new URL("./ringscope.windbg.js", import.meta.url));
const NAMES =
  "tagOfPosition,tagOfWord,limbsOf,digitsOf,signedText,readSet,readRing,lastEntries,holesOf,listLines,lastLines,lossLines,parseSite,eventText," +
  "textOf,ringscope,ringscopeLast,initializeScript";

/** Loads the script as an engine of that year would. */
function load(host: object = {}): Script {
  const context = vm.createContext({ host });
  vm.runInContext(LATER, context);
  return vm.runInContext(`${source};({${NAMES}})`, context) as Script;
}

const script = load();

function regionOf(bytes: Uint8Array): Region {
  return {
    read: (offset, length) =>
      offset >= 0 && length >= 0 && offset + length <= bytes.length
        ? bytes.slice(offset, offset + length)
        : null,
  };
}

/** A set as the driver has it: two mappings. */
function setOf(bytes: Uint8Array<ArrayBuffer>): ScriptSet {
  let split = bytes.length;
  try {
    split = readSetHeader(bytes, bytes.length, "the image").consumerOff;
  } catch {
    // The script is to find that out, too.
  }
  return script.readSet("default", regionOf(bytes.subarray(0, split)), regionOf(bytes.subarray(split)));
}

function wordOf(value: bigint): Word {
  return { high: Number(BigInt.asUintN(64, value) >> 32n), low: Number(BigInt.asUintN(32, value)) };
}

function big({ high, low }: Word): bigint {
  return BigInt(high) << 32n | BigInt(low);
}

/** Values of the script's realm as ones of this. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

Deno.test("tags and numbers of 64 bits are those of the reader in TypeScript", () => {
  const chance = new Chance(41);
  for (let round = 0; round < 2000; round++) {
    const key = [chance.word(), chance.word()] as const;
    const position = Number(BigInt.asUintN(chance.below(50) + 3, chance.word()) & ~7n);
    const limbs = script.tagOfPosition(position, {
      first: script.limbsOf(wordOf(key[0])),
      second: script.limbsOf(wordOf(key[1])),
    });
    const found = limbs.reduceRight((sum, limb) => sum << 15n | BigInt(limb), 0n);
    assertEquals(found, tagOfPosition(BigInt(position), key));
    const word = BigInt.asUintN(chance.below(65), chance.word());
    const ofWord = script.tagOfWord(wordOf(word)).reduceRight((sum, limb) => sum << 15n | BigInt(limb), 0n);
    assertEquals(ofWord, tagOfWord(word));
    for (const base of [8, 10, 16]) assertEquals(script.digitsOf(wordOf(word), base), word.toString(base));
    assertEquals(script.signedText(wordOf(word)), String(BigInt.asIntN(64, word)));
  }
});

for (const name of Object.keys(goldenCases)) {
  const golden = loadGolden(name);
  Deno.test(`the debugger's script: ${golden.about} (${name})`, async () => {
    const bytes = await loadImage(name);
    const set = setOf(bytes);
    if (golden.error !== null) {
      // What is wrong with the reader's page alone is nothing to a debugger.
      if (set.header.problem === null) {
        assertMatch(name, /checkpoint|ahead|oldest|cut_short|position_beyond|passed_list/);
      }
      return;
    }
    assertEquals(set.header.problem, null);
    const { entries, problems } = script.lastEntries(set, 10_000);
    const rings = Array.from({ length: set.header.ringCount }, (_, n) => script.readRing(set, n)!);
    assertEquals(
      [...problems],
      rings.flatMap((ring, n) => ring.isPossible ? [] : [`ring ${n} cannot be read`]),
    );
    const identity = (processor: number, seq: string) => `${processor}/${seq}`;
    const found = new Map(entries.map((entry) => [identity(entry.processor, String(big(entry.seq))), entry]));
    const rows = golden.filter.least > 1 || golden.filter.only.length + golden.filter.exclude.length > 0
      ? []
      : golden.result.rows.filter(({ processor }) =>
        rings.some((ring) => ring.processor === processor && ring.isPossible)
      );
    const isTold = (row: typeof rows[number]) => found.has(identity(row.processor, row.seq));
    const missing = rows.filter((row) => !isTold(row));
    assertEquals(missing, []);
    for (const row of rows) {
      const entry = found.get(identity(row.processor, row.seq))!;
      assertEquals(new Uint8Array(entry.payload).toHex(), row.payload);
      assertEquals([entry.severity, entry.kind], [row.severity, ["text", "data", "event"].indexOf(row.kind)]);
    }
    // In their order, though older ones that a reader has taken may stand between them.
    const order = entries.map((entry) => identity(entry.processor, String(big(entry.seq))));
    const places = rows.map((row) => order.indexOf(identity(row.processor, row.seq)));
    assertEquals(places, places.toSorted((a, b) => a - b));
  });
}

Deno.test("holes are those of the reader in TypeScript, where nobody has read before", async () => {
  let compared = 0;
  for (const name of Object.keys(goldenCases)) {
    const { error, result, filter } = loadGolden(name);
    if (
      error !== null || filter.least > 1 ||
      /earlier|goes_on|held|forged|index|impossible|passed|stalled/.test(name)
    ) continue;
    const set = setOf(await loadImage(name));
    const found: string[] = [], expected = new Map<string, bigint>();
    for (let n = 0; n < set.header.ringCount; n++) {
      const ring = script.readRing(set, n)!;
      if (!ring.isPossible) continue;
      for (const { lost, previous, next } of script.holesOf(set, ring).holes) {
        const side = (entry: Entry | null) => entry === null ? "null" : String(big(entry.seq));
        found.push(`${ring.processor}: ${lost} between ${side(previous)} and ${side(next)}`);
      }
    }
    for (const gap of result.gaps) {
      const key = `${gap.processor}|${gap.prev_seq}|${gap.next_seq}`;
      expected.set(key, (expected.get(key) ?? 0n) + BigInt(gap.lost));
    }
    const wanted = [...expected].map(([key, lost]) => {
      const [processor, previous, next] = key.split("|");
      return `${processor}: ${lost} between ${previous} and ${next}`;
    });
    assertEquals(found.sort(), wanted.sort(), name);
    compared += wanted.length;
  }
  assert(compared > 10, `only ${compared} holes were compared`);
});

/** Control characters as the script shows them. */
function escaped(text: string): string {
  return Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 || code === 0x7f ? `\\x${code.toString(16).padStart(2, "0")}` : character;
  }).join("");
}

const INTEGERS: readonly (readonly [number, number])[] = [
  [ArgumentType.bool, 1],
  [ArgumentType.i8, 1],
  [ArgumentType.u8, 1],
  [ArgumentType.i16, 2],
  [ArgumentType.u16, 2],
  [ArgumentType.i32, 4],
  [ArgumentType.u32, 4],
  [ArgumentType.i64, 8],
  [ArgumentType.u64, 8],
  [ArgumentType.pointer, 8],
];

function randomArgument(chance: Chance): { argument: SiteArgument; conversion: string; bytes: number[] } {
  const flags = chance.pick(["", "", "", "-", "+", " ", "#", "0", "-+", "#0"]);
  const width = chance.pick(["", "", "7", "20"]), precision = chance.pick(["", "", ".0", ".3", ".12"]);
  const start = `%${flags}${width}${precision}`;
  switch (chance.below(5)) {
    case 0: {
      const value = chance.pick(["", "plain", "zwölf 🙂 €", "\x01\x7f", "\ud800 alone"]);
      const original = chance.once(3) ? 5000 : undefined;
      return {
        argument: { type: ArgumentType.text16 },
        conversion: `${start}s`,
        bytes: chance.once(5) ? [...NULL_TEXT] : text16(value, original),
      };
    }
    case 1: {
      const value = chance.pick<string | Uint8Array>([
        "",
        "text",
        "gün🙂stig",
        Uint8Array.of(0xff, 0x41, 0xe2, 0x82),
        "\n",
      ]);
      const type = chance.pick([ArgumentType.text, ArgumentType.bytes]);
      const original = chance.once(3) ? 70_000 : undefined;
      return {
        argument: { type },
        conversion: `${start}s`,
        bytes: chance.once(5) ? [...NULL_TEXT] : text(value, original),
      };
    }
    case 2: {
      const enumerators = [[-1n, "NONE"], [3n, "QUEUED"]] as const;
      return {
        argument: { type: ArgumentType.enum, enumerators },
        conversion: `${start}s`,
        bytes: number(chance.pick([-1n, 3n, 9n]), 8),
      };
    }
    case 3: {
      const value = chance.pick([0, 1, -1.5, 1234.5678, 1e-9, 2 ** 60]);
      const letter = chance.pick(["f", "e", "E"]);
      return {
        argument: { type: ArgumentType.f64 },
        conversion: `${start}${letter}`,
        bytes: float(value, 8),
      };
    }
    default: {
      const [type, width] = chance.pick(INTEGERS);
      const letter = chance.pick(
        type === ArgumentType.pointer ? ["p", "x", "u"] : ["d", "u", "x", "X", "o", "hhd", "hx", "lld"],
      );
      const value = chance.pick([0n, 1n, chance.word(), -1n, 255n]);
      return {
        argument: { type },
        conversion: `${start}${letter}`,
        bytes: number(BigInt.asUintN(8 * width, value), width),
      };
    }
  }
}

Deno.test("events are told as the reader in TypeScript tells them, damaged ones too", () => {
  const chance = new Chance(20260921);
  for (let round = 0; round < 3000; round++) {
    const parts = Array.from({ length: chance.below(5) }, () => randomArgument(chance));
    const descriptor = encodeSite({
      format: parts.map(({ conversion }, n) => `a${n}=${conversion} `).join("") + "100%% done",
      arguments: parts.map(({ argument }, n) => ({ ...argument, key: `a${n}` })),
    });
    const payload = Uint8Array.from(parts.flatMap(({ bytes }) => bytes));
    const kept = chance.once(5) ? payload.subarray(0, chance.below(payload.length + 1)) : payload;
    const site = script.parseSite(descriptor);
    assert(site !== null, `round ${round}`);
    assertEquals(
      script.eventText(site, kept),
      escaped(formatEvent(parseSite(descriptor), kept)),
      `round ${round}`,
    );
  }
});

Deno.test("status codes and error numbers are told as numbers", () => {
  const site = script.parseSite(encodeSite({
    format: "%s %s %s",
    arguments: [{ type: ArgumentType.ntstatus }, { type: ArgumentType.hresult }, {
      type: ArgumentType.errno,
    }],
  }));
  const payload = Uint8Array.from([...number(0xc0000005, 4), ...number(0x80070005, 4), ...number(-5n, 4)]);
  assertEquals(script.eventText(site, payload), "0xc0000005 0x80070005 -5");
});

Deno.test("descriptors with bytes changed at random end no command", () => {
  const chance = new Chance(7);
  const whole = encodeSite({
    format: "%s %d %s",
    arguments: [
      { type: ArgumentType.enum, enumerators: [[1n, "ONE"]] },
      { type: ArgumentType.i32 },
      { type: ArgumentType.text },
    ],
  });
  let refused = 0;
  for (let round = 0; round < 2000; round++) {
    const descriptor = whole.slice(0, chance.once(4) ? chance.below(whole.length) : whole.length);
    for (let n = chance.below(4); n >= 0; n--) {
      descriptor[chance.below(descriptor.length)] = chance.below(256);
    }
    const site = script.parseSite(descriptor);
    if (site === null) refused++;
    const payload = Uint8Array.from({ length: chance.below(40) }, () => chance.below(256));
    assertEquals(typeof script.eventText(site, payload), "string");
  }
  assert(refused > 500, `${refused} were refused`);
});

Deno.test("rings with bytes changed at random end no command, and take no longer", async () => {
  const chance = new Chance(11);
  for (
    const name of ["ordinary", "interleaved", "with_a_table_of_sites", "overwriting"].filter((name) =>
      name in goldenCases
    )
  ) {
    const bytes = await loadImage(name);
    const { ringOff, sharedOff, dataOff, consumerOff } = readSetHeader(bytes, bytes.length, "the image");
    for (let round = 0; round < 60; round++) {
      const copy = bytes.slice();
      const view = new DataView(copy.buffer);
      for (let n = chance.below(3); n >= 0; n--) {
        const at = chance.pick([0, sharedOff, ringOff, dataOff, consumerOff, consumerOff + 4096]) +
          8 * chance.below(64);
        view.setBigUint64(
          at,
          chance.pick([0n, 7n, 2n ** 40n, 2n ** 53n, 2n ** 64n - 1n, chance.word()]),
          true,
        );
      }
      const started = performance.now();
      const set = setOf(copy);
      const lines = [...script.listLines([set]), ...script.lastLines(set, 50), ...script.lossLines(set)];
      assert(lines.every((line) => typeof line === "string" && line.length < 100_000));
      assert(performance.now() - started < 20_000, `${name}, round ${round}`);
    }
  }
});

Deno.test("texts that are no UTF-8 are told with U+FFFD, as TextDecoder does", () => {
  const chance = new Chance(3);
  for (let round = 0; round < 3000; round++) {
    const bytes = Uint8Array.from(
      { length: 1 + chance.below(6) },
      () => chance.pick([0x41, 0x80, 0xbf, 0xc2, 0xc1, 0xe0, 0xa0, 0xed, 0x9f, 0xf0, 0x90, 0xf4, 0x8f, 0xff]),
    );
    assertEquals(
      script.textOf(bytes),
      new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes),
      bytes.toHex(),
    );
  }
});

/** 64 bits as the debugger has them. */
class Int64 {
  readonly value: bigint;

  constructor(low: number | Int64, high = 0) {
    this.value = low instanceof Int64 ? low.value : BigInt(high) << 32n | BigInt(low);
  }

  add(other: number): Int64 {
    return Int64.of(this.value + BigInt(other));
  }

  subtract(other: number): Int64 {
    return Int64.of(this.value - BigInt(other));
  }

  toString(): string {
    return `0x${this.value.toString(16)}`;
  }

  static of(value: bigint): Int64 {
    return new Int64(Number(value & 0xffff_ffffn), Number(BigInt.asUintN(64, value) >> 32n));
  }
}

/** A kernel with pieces of memory, and a debugger in front of it. */
function debuggerOf(memory: ReadonlyMap<bigint, Uint8Array>, symbol: bigint | null) {
  const said: string[] = [];
  const host = {
    Int64,
    memory: {
      readMemoryValues: (address: Int64, count: number, size: number) => {
        assertEquals(size, 1);
        for (const [base, bytes] of memory) {
          const at = Number(address.value - base);
          if (at >= 0 && at + count <= bytes.length) return bytes.slice(at, at + count);
        }
        throw new Error(`Unable to read memory at ${address}`);
      },
    },
    getModuleSymbolAddress: (module: string, name: string) => {
      assertEquals([module, name], ["ringscope", "ringscope_debugger"]);
      if (symbol === null) throw new Error("no such symbol");
      return Int64.of(symbol);
    },
    diagnostics: { debugLog: (line: string) => void said.push(line) },
    apiVersionSupport: class {},
    functionAlias: class {
      constructor(readonly command: object, readonly name: string) {
        assertEquals(typeof command, "function");
      }
    },
  };
  return { script: load(host), said };
}

/** The driver's list of sets, as debugger.h has it. */
function driverMemory(sets: readonly (readonly [name: string, bytes: Uint8Array<ArrayBuffer>])[]) {
  const base = 0xffff_f801_2345_0000n, links = 0x40, name = 0x20, shared = 0x60, reader = 0x70;
  const memory = new Map<bigint, Uint8Array>();
  const list = base + 0x1000n;
  const addressOf = (n: number) => n === sets.length ? list : base + BigInt(0x2000 + 0x1000 * n + links);
  const head = new DataView(new ArrayBuffer(64));
  head.setBigUint64(0, 0x5247424457435352n, true);
  head.setUint32(8, 1, true);
  head.setBigUint64(16, list, true);
  for (const [n, offset] of [links, name, shared, reader].entries()) head.setUint32(24 + 4 * n, offset, true);
  memory.set(base, new Uint8Array(head.buffer));
  const first = new DataView(new ArrayBuffer(16));
  first.setBigUint64(0, addressOf(0), true);
  memory.set(list, new Uint8Array(first.buffer));
  for (const [n, [label, bytes]] of sets.entries()) {
    const { consumerOff } = readSetHeader(bytes, bytes.length, "the image");
    const place = 0xffff_a800_0000_0000n + BigInt(n) * 2n ** 32n;
    const record = new DataView(new ArrayBuffer(256));
    new Uint8Array(record.buffer).set(new TextEncoder().encode(label), name);
    record.setBigUint64(links, addressOf(n + 1), true);
    record.setBigUint64(shared, place, true);
    record.setBigUint64(reader, place + 2n ** 31n, true);
    memory.set(addressOf(n) - BigInt(links), new Uint8Array(record.buffer));
    memory.set(place, bytes.subarray(0, consumerOff));
    memory.set(place + 2n ** 31n, bytes.subarray(consumerOff));
  }
  return { memory, symbol: base };
}

/** An error of the script's realm. */
function assertFails(run: () => void, message: string): void {
  try {
    run();
  } catch (error) {
    assertStringIncludes(String(error), message);
    return;
  }
  throw new Error(`nothing failed: ${message}`);
}

const net = () => image({ rings: 2 }).ring(0).entry({ text: "one" }).ring(1).entry({ text: "two" }).bytes();
const disk = () => image().ring(0).entry({ text: "of the disk" }).bytes();

Deno.test("the commands find every set by the driver's symbol, and one by its name", () => {
  const { memory, symbol } = driverMemory([["net", net()], ["disk", disk()]]);
  const { script, said } = debuggerOf(memory, symbol);
  assertEquals(plain(script.initializeScript().map(({ name }) => name ?? "")).filter((name) => name !== ""), [
    "ringscope",
    "ringscope_last",
    "ringscope_losses",
  ]);
  script.ringscope();
  assertEquals(said.filter((line) => !line.startsWith("  ")), [
    "net: 2 rings of 4096 bytes, discarding, ordered by index\n",
    "disk: 1 rings of 4096 bytes, discarding, ordered by index\n",
  ]);
  assertFails(() => script.ringscopeLast(5), 'choose a ring set: "net", "disk"');
  said.length = 0;
  script.ringscopeLast(1, "net");
  assertEquals(said.length, 2);
  assertStringIncludes(said[1] ?? "", "two");
});

Deno.test("without a symbol the address of a set's first page says which is meant", () => {
  const { memory } = driverMemory([["net", net()]]);
  const { script, said } = debuggerOf(memory, null);
  assertFails(() => script.ringscope(), "load ringscope.pdb");
  script.ringscopeLast(5, Int64.of(0xffff_a800_0000_0000n));
  assertEquals(said.map((line) => line.trimEnd().split(" ").at(-1)), ["index", "one", "two"]);
});

Deno.test("a list that ends nowhere, and memory that is not there, end a command and no more", () => {
  const { memory, symbol } = driverMemory([["net", net()]]);
  const [record] = [...memory.values()].filter((bytes) => bytes.length === 256);
  // The set's link leads to itself.
  new DataView(record!.buffer).setBigUint64(0x40, symbol + 0x2040n, true);
  const { script, said } = debuggerOf(memory, symbol);
  script.ringscope();
  assertEquals(said.filter((line) => line.startsWith("net")).length, 64);
  for (const bytes of memory.values()) if (bytes.length > 60_000) bytes.fill(0);
  said.length = 0;
  script.ringscope();
  assertEquals(said[0], "net: cannot be read: it is no ring set\n");
});
