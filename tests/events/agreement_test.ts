/** The native reader of typed events against the one in TypeScript, over sites and payloads from a fixed seed, damaged ones among them. */
import { assertEquals, assertGreater } from "@std/assert";
import { KIND_DATA, KIND_EVENT, KIND_TEXT } from "../../runtime/arrow/wire.ts";
import type { EventBatch } from "../../runtime/events/event_batch.ts";
import { ColumnType } from "../../runtime/events/event_table.ts";
import { ScriptEvents } from "../../runtime/events/script_events.ts";
import { type BatchRow, Chance, makeBatch } from "../../runtime/events/test_support.ts";
import { loadNative } from "../../runtime/ffi/native.ts";
import type { NativeEvents } from "../../runtime/ffi/native_events.ts";
import { makeRandomEvent, type RandomEvent } from "./random_events.ts";

const SEED = 7;
const ROUNDS = 120;
const SITES = 250;
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

function makeRow(chance: Chance, site: number, { payload }: RandomEvent): BatchRow {
  const kind = chance.once(10) ? chance.pick([KIND_TEXT, KIND_DATA, 3]) : KIND_EVENT;
  return { kind, site, payload, flags: chance.once(12) ? 1 : chance.pick([0, 4]) };
}

function messages(reader: NativeEvents | ScriptEvents, batch: EventBatch): string[] {
  const { offsets, values } = reader.format(batch);
  return Array.from(
    { length: batch.rows },
    (_, row) => DECODER.decode(values.subarray(offsets[row], offsets[row + 1])),
  );
}

Deno.test("messages and columns of both readers are the same, whatever sites and payloads say", () => {
  const chance = new Chance(SEED);
  using library = loadNative();
  let known = 0, damaged = 0, nulls = 0, columns = 0;
  for (let round = 0; round < ROUNDS; round++) {
    using native = library.makeEvents();
    using script = new ScriptEvents();
    const events = Array.from({ length: SITES }, () => makeRandomEvent(chance));
    for (const [at, { descriptor }] of events.entries()) {
      const isKnown = script.add(at + 1, descriptor);
      assertEquals(native.add(at + 1, descriptor), isKnown, `${descriptor}`);
      known += Number(isKnown);
    }
    const batch = makeBatch(events.map((event, at) => makeRow(chance, at + 1, event)));
    const expected = messages(script, batch), found = messages(native, batch);
    for (const [at, message] of expected.entries()) {
      assertEquals(
        found[at],
        message,
        `descriptor ${events[at]!.descriptor}, payload ${events[at]!.payload}`,
      );
      damaged += Number(message.includes("<damaged: "));
    }
    assertEquals(native.names(), script.names());
    for (const name of script.names()) {
      const table = script.columns(name, batch)!;
      assertEquals(native.columns(name, batch), table);
      columns += table.columns.filter(({ type }) => type !== ColumnType.text).length;
      nulls += table.columns.reduce((sum, { nullCount }) => sum + nullCount, 0);
    }
  }
  // What this compared at all.
  const events = ROUNDS * SITES;
  assertGreater(known, events * 0.8);
  assertGreater(events - known, events * 0.05);
  assertGreater(damaged, events * 0.05);
  assertGreater(nulls, events);
  assertGreater(columns, 1000);
});

Deno.test("messages that are longer than the room for them come whole all the same", () => {
  const chance = new Chance(SEED + 1);
  using library = loadNative();
  using native = library.makeEvents();
  using script = new ScriptEvents();
  const events = Array.from({ length: 400 }, () => makeRandomEvent(chance));
  for (const [at, { descriptor }] of events.entries()) {
    assertEquals(native.add(at + 1, descriptor), script.add(at + 1, descriptor));
  }
  const rows = events.flatMap((event, at) => new Array(20).fill({ site: at + 1, payload: event.payload }));
  const batch = makeBatch(rows);
  const { offsets, values } = script.format(batch);
  assertGreater(values.length, 2 * 65_536);
  assertEquals(native.format(batch), { offsets, values });
});
