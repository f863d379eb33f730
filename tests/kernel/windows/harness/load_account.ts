/**
 * What the test driver's writers counted themselves, and whether a capture holds just that.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { CaptureLog } from "../../../../runtime/mod.ts";
import { readChecks } from "./guest_program.ts";

/** `type` of a writer's data: load.h. */
const FIRST_TYPE = 1000;

/** What the writers themselves counted. */
export interface Account {
  readonly data: number;
  readonly texts: number;
  readonly events: number;
  readonly full: number;
  readonly other: number;
}

/** What a program of the guest prints of a set and its writers. */
export interface Told {
  readonly failures: string[];
  readonly checks: number;
  readonly accounts: Account[];
  readonly index: number;
  readonly rings: { readonly attempts: number; readonly lostFull: number }[];
}

/** Reads the lines of load_calls.c. */
export function readTold(output: string): Told {
  const numbers = (line: string) => line.trim().split(" ").slice(1).map(Number);
  const lines = output.split("\n").map((line) => line.trimEnd());
  const all = lines.filter((line) => line.startsWith("account ")).map((line) => {
    const [, data = NaN, texts = NaN, events = NaN, full = NaN, other = NaN] = numbers(line);
    return { data, texts, events, full, other };
  });
  return {
    ...readChecks(output),
    accounts: all,
    index: numbers(lines.find((line) => line.startsWith("index ")) ?? "index NaN")[0] ?? NaN,
    rings: lines.filter((line) => line.startsWith("ring ")).map((line) => {
      const [, attempts = NaN, lostFull = NaN] = numbers(line);
      return { attempts, lostFull };
    }),
  };
}

/** The sum of what `of` gives. */
export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((all, item) => all + of(item), 0);
}

/** As load.h has it. */
function checkOf(writer: number, number: number): number {
  const high = Number(BigInt.asUintN(64, BigInt(number) * 0x9e3779b97f4a7c15n) >> 32n);
  return (high ^ Math.imul(writer, 0x85ebca6b)) >>> 0;
}

/**
 * Whether a capture has the entries that the writers have written, each whole, and each writer's in its order.
 *
 * @param hasAll Whether every entry that a writer counts as written has to be there; otherwise no more than those. Default: yes.
 */
export async function checkEntries(
  log: CaptureLog,
  accounts: readonly Pick<Account, "data" | "texts" | "events">[],
  hasAll = true,
): Promise<void> {
  const found = accounts.map(() => ({ data: 0, texts: 0, events: 0 })), next = accounts.map(() => 0);
  for await (const entry of log.entries()) {
    if (entry.kind !== "data") {
      const said = /^writer[= ](\d+) (is at|number=\d+ name=step)/.exec(entry.message ?? "");
      const of = found[Number(said?.[1])];
      assert(of, `an entry that no writer has written: ${entry.message}`);
      of[said?.[2] === "is at" ? "texts" : "events"]++;
      continue;
    }
    const writer = entry.type - FIRST_TYPE, of = found[writer], number = entry.remarks;
    assert(of && entry.data, `data of the type ${entry.type}, which no writer has`);
    assert(number >= (next[writer] ?? NaN), `writer ${writer} is out of its order at ${number}`);
    const view = new DataView(entry.data.buffer, entry.data.byteOffset, entry.data.byteLength);
    assertEquals(view.byteLength, 16);
    assertEquals(view.getUint32(0, true), writer);
    assertEquals(
      view.getUint32(4, true),
      checkOf(writer, number),
      `entry ${number} of writer ${writer} is not whole`,
    );
    assertEquals(view.getBigUint64(8, true), BigInt(number));
    next[writer] = number + 1;
    of.data++;
  }
  accounts.forEach(({ data, texts, events }, writer) => {
    const of = found[writer];
    if (hasAll) assertEquals(of, { data, texts, events });
    assert(
      of && of.data <= data && of.texts <= texts && of.events <= events,
      `writer ${writer} has more than it wrote`,
    );
  });
  assert(found.some(({ data }) => data > 0), "there is no entry at all");
}
