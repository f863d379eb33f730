import { assertEquals, assertStringIncludes } from "@std/assert";
import { Order } from "../abi/layout.ts";
import type { CaptureCounters, EngineInfo } from "./engine.ts";
import { Pace } from "./pace.ts";

/** Rings into which `attempts` were made so far. */
function ringsOf(order: number, cap: number | null) {
  const rings = { attempts: 0 };
  return {
    rings,
    engine: {
      info: () => ({ order, ringCount: 2 }) as EngineInfo,
      counters: () => ({ rings: [{ attempts: BigInt(rings.attempts) }] }) as unknown as CaptureCounters,
      measureIndexCap: () => cap,
    },
  };
}

function notesAt(rate: number, order: number, cap: number | null): string[] {
  const { rings, engine } = ringsOf(order, cap);
  const pace = new Pace(engine);
  const start = performance.now() + 1000;
  pace.look(start);
  rings.attempts += rate * 2;
  pace.look(start + 2000);
  return pace.notes();
}

Deno.test("a rate near the counter's cap names the order that has no counter", () => {
  const [note = ""] = notesAt(15e6, Order.index, 20e6);
  assertStringIncludes(note, "--order clock");
  assertStringIncludes(note, "15.0 M");
});

Deno.test("a rate far from the cap, clock order and a single processor are no news", () => {
  assertEquals(notesAt(5e6, Order.index, 20e6), []);
  assertEquals(notesAt(15e6, Order.clock, 20e6), []);
  assertEquals(notesAt(15e6, Order.index, null), []);
});
