/**
 * What an entry of the test module says of itself: module/payload.c, module/account.c are the other side.
 * @module
 */
import type { Row } from "../../../stress/oracle/captured.ts";
import { EntryFlag } from "../../../../runtime/abi/layout.ts";

/** Contexts in the order in which one interrupts the other; their numbers are the module's. */
export const CONTEXTS = ["thread", "softirq", "hardirq", "nmi"] as const;
/** Who wrote an entry. */
export type Context = typeof CONTEXTS[number];
/** The forms that the module logs in. */
export type Form = "data" | "text" | "event";

/** An entry that has been checked against itself. */
export interface WrittenEntry {
  readonly form: Form;
  readonly context: Context;
  readonly processor: number;
  /** Of the attempt, counted for each context on each processor. */
  readonly number: number;
  /** The open entry that it interrupted. */
  readonly outer: { readonly context: Context; readonly number: number } | null;
  /** 0: of no chain. */
  readonly chain: number;
  readonly step: number;
}

const HEAD_BYTES = 40;
const MAGIC = 0x54534554;
const TEXT = /^context (\d+) processor (\d+) number (\d+) twice (\d+)$/;

/** Flags that tell an entry's context; a thread has none. */
const CONTEXT_FLAGS: Record<Context, number> = {
  thread: 0,
  softirq: EntryFlag.softirq,
  hardirq: EntryFlag.hardirq,
  nmi: EntryFlag.nmi,
};

/** The entry, or a line that says what is wrong with it. */
export function readEntry(row: Row): WrittenEntry | string {
  const entry = row.kind === 0 ? readText(row) : row.kind === 1 ? readData(row) : readEvent(row);
  if (typeof entry === "string") return entry;
  if (entry.processor !== row.processor) return `it was written on processor ${entry.processor}`;
  const contexts = EntryFlag.softirq | EntryFlag.hardirq | EntryFlag.nmi;
  const flags = row.flags & contexts;
  // What an idle processor is asked to do by another one it does on its way out of the idle loop, which is no interrupt.
  const isIdle = entry.context === "hardirq" && flags === 0 && row.tid === 0;
  if (flags !== CONTEXT_FLAGS[entry.context] && !isIdle) {
    return `its flags are ${row.flags}, and a ${entry.context} wrote it`;
  }
  return entry;
}

function readData({ payload, type, remarks, severity }: Row): WrittenEntry | string {
  if (payload.length < HEAD_BYTES) return `it has ${payload.length} bytes`;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const number = Number(view.getBigUint64(8, true));
  const context = CONTEXTS[payload[4]!];
  const outer = CONTEXTS[payload[5]! - 1];
  const processor = view.getUint16(6, true);
  if (view.getUint32(0, true) !== MAGIC) return "it does not begin with the magic";
  if (context === undefined || payload[4] !== type) return `its type is ${type}, its context ${payload[4]}`;
  if (number % 2 ** 32 !== remarks) return `its remarks are ${remarks}, its number ${number}`;
  if (severity !== 1 + number % 6) return `its severity is ${severity}, its number ${number}`;
  if (view.getUint32(32, true) !== payload.length) {
    return `it has ${payload.length} bytes of ${view.getUint32(32, true)}`;
  }
  const damage = findDamage(payload, number, payload[4]!, processor);
  if (damage !== null) return damage;
  return {
    form: "data",
    context,
    processor,
    number,
    outer: outer === undefined ? null : { context: outer, number: Number(view.getBigUint64(16, true)) },
    chain: view.getUint32(24, true),
    step: view.getUint32(28, true),
  };
}

/** Filler and checksum, computed here as the module does it. */
function findDamage(payload: Uint8Array, number: number, context: number, processor: number): string | null {
  const seed = (Math.imul(number >>> 0, 167) + context * 59 + processor * 101) >>> 0;
  let sum = 0x811c9dc5;
  for (let at = 0; at < payload.length; at++) {
    const isChecksum = at >= 36 && at < HEAD_BYTES;
    if (at >= HEAD_BYTES && payload[at] !== ((seed + at * 13) & 0xff)) return `byte ${at} is ${payload[at]}`;
    sum = Math.imul(sum ^ (isChecksum ? 0 : payload[at]!), 0x01000193);
  }
  const said = new DataView(payload.buffer, payload.byteOffset).getUint32(36, true);
  return said === sum >>> 0 ? null : `its checksum is ${said}, that of its bytes ${sum >>> 0}`;
}

function readText({ payload }: Row): WrittenEntry | string {
  const text = new TextDecoder().decode(payload);
  const [, context, processor, number, twice] = TEXT.exec(text)?.map(Number) ?? [];
  if (context === undefined || number === undefined || 2 * number !== twice) return `it says "${text}"`;
  return writtenBy(context, { form: "text", processor: processor!, number });
}

/** Arguments are packed in the types that the module has them in: u8, u16, u64, then a text with its length in two bytes. */
function readEvent({ payload }: Row): WrittenEntry | string {
  if (payload.length < 13) return `the event has ${payload.length} bytes`;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const name = new TextDecoder().decode(payload.subarray(13));
  const context = payload[0]!;
  if (name !== CONTEXTS[context]) return `the event of context ${context} is of "${name}"`;
  return writtenBy(context, {
    form: "event",
    processor: view.getUint16(1, true),
    number: Number(view.getBigUint64(3, true)),
  });
}

function writtenBy(
  context: number,
  rest: { readonly form: Form; readonly processor: number; readonly number: number },
): WrittenEntry | string {
  const name = CONTEXTS[context];
  if (name === undefined) return `there is no context ${context}`;
  return { context: name, outer: null, chain: 0, step: 0, ...rest };
}
