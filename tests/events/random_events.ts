import { ArgumentType as Type, storedBytes } from "../../runtime/events/argument_type.ts";
import {
  Chance,
  encodeSite,
  NULL_TEXT,
  number,
  type SiteArgument,
  text,
} from "../../runtime/events/test_support.ts";

/** A descriptor, and a payload that fits it unless it was spoiled. */
export interface RandomEvent {
  readonly descriptor: Uint8Array<ArrayBuffer>;
  readonly payload: Uint8Array<ArrayBuffer>;
}

const KEYS = ["irp", "status", "us", "Irp", "pid", "", "a_2", "a", "päth", "x y", "b\x7f"];
const NAMES = ["io_done", "IO_done", "read", "w"];
/** A text that is one, and what is none: parts of characters, surrogates, too long forms. */
const TEXTS = [
  "plain",
  "",
  "né日🙂",
  "%s\0",
  "\xff\xfe",
  "\xe6\x97",
  "\xed\xa0\x80",
  "\xf0\x9f\x99",
  "\xc0\x80",
  "\xc3",
];
const ENUMERATORS: readonly (readonly [bigint, string])[] = [[0n, "OFF"], [1n, "ON"], [-1n, "é"], [
  1n,
  "TWICE",
]];

const toBytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** An event from a seed. One in four is damaged somewhere, in its descriptor, in its payload or in both. */
export function makeRandomEvent(chance: Chance): RandomEvent {
  const args = Array.from({ length: chance.pick([0, 1, 1, 2, 3, 5, 16]) }, () => makeArgument(chance));
  const descriptor = encodeSite({
    name: chance.pick(NAMES),
    severity: chance.below(7),
    role: chance.below(3),
    format: toBytes(
      args.map(({ type }) => literal(chance) + conversion(chance, type)).join("") + literal(chance),
    ),
    arguments: args,
  });
  const payload = Uint8Array.from(args.flatMap(({ type }) => makeValue(chance, type)));
  return {
    descriptor: chance.once(6) ? spoil(chance, descriptor) : descriptor,
    payload: chance.once(6) ? spoil(chance, payload) : payload,
  };
}

function makeArgument(chance: Chance): SiteArgument {
  const type = 1 + chance.below(20);
  const key = chance.once(10) ? toBytes(chance.pick(TEXTS)) : chance.pick(KEYS);
  return type === Type.enum
    ? { type, key, enumerators: ENUMERATORS.slice(0, chance.below(5)) }
    : { type, key };
}

function literal(chance: Chance): string {
  return chance.pick([
    "",
    " ",
    "us=",
    "100%%",
    "%%%%",
    "\xc3",
    "\xa9",
    chance.pick(TEXTS).replaceAll("%", ""),
  ]);
}

function conversion(chance: Chance, type: number): string {
  const letter = chance.pick([...lettersOf(type)]);
  // glibc has a mistake in %#g; see printf_test.ts.
  const flags = [..."-+ #0"].filter((flag) => chance.once(5) && !(flag === "#" && /[gG]/.test(letter))).join(
    "",
  );
  const width = chance.once(2) ? "" : String(1 + chance.below(chance.pick([9, 300])));
  const precision = chance.once(2) ? "" : `.${chance.below(chance.pick([8, 30, 400]))}`;
  return `%${flags}${width}${precision}${chance.pick(["", "", "l", "hh", "h"])}${letter}`;
}

function lettersOf(type: number): string {
  if (type === Type.f32 || type === Type.f64) return "eEfFgGaA";
  if (type === Type.pointer) return "ppx";
  if (storedBytes(type) === 0) return "s";
  return type === Type.bool || type >= Type.enum && type < Type.char ? "ssdx" : "diuxXoc";
}

function makeValue(chance: Chance, type: number): readonly number[] {
  const bytes = storedBytes(type);
  if (bytes > 0) return number(chance.pick([chance.word(), 0n, 1n, -1n, 5n, 0xc0000022n, 1n << 63n]), bytes);
  if (chance.once(8)) return chance.once(2) ? NULL_TEXT : [0xff, 0xff, 1, 0, 0, 0];
  const content = type === Type.text || chance.once(3)
    ? toBytes(chance.pick(TEXTS) + chance.pick(TEXTS))
    : Uint8Array.from({ length: chance.below(chance.pick([12, 12, 700])) }, () =>
      chance.pick([0, 0x41, 0xd8, 0xdc, 0xdf, chance.below(256)]));
  return text(content, chance.once(3) ? content.length + chance.below(5000) : undefined);
}

/** Cuts, lengthens, or overwrites some bytes. */
function spoil(chance: Chance, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (bytes.length === 0 || chance.once(4)) {
    return Uint8Array.of(...bytes, ...Array.from({ length: 1 + chance.below(9) }, () => chance.below(256)));
  }
  if (chance.once(3)) return bytes.slice(0, chance.below(bytes.length));
  const spoiled = bytes.slice();
  for (let left = 1 + chance.below(3); left > 0; left--) {
    spoiled[chance.below(bytes.length)] = chance.pick([0, 1, 0x25, 0x7f, 0xff, chance.below(256)]);
  }
  return spoiled;
}
