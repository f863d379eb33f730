/**
 * Golden images in clock order: entries by ticks, then ring, then position; rows are numbered as they come out. See golden_cases.ts.
 * @module
 */
import { ClockKind } from "../../runtime/abi/layout.ts";
import { image, writerTid } from "./image_builder.ts";

const other = { tid: writerTid + 1 };

function clocked(rings = 1) {
  return image({ rings, order: "clock" });
}

/** Builders by name of the image. */
export const clockCases: Readonly<Record<string, () => Uint8Array<ArrayBuffer>>> = {
  "clock_ordinary": () =>
    clocked(2)
      .ring(1).entry({ text: "one", ...other })
      .ring(0).entry({ text: "two" }).discarded({ text: "taken back" })
      .ring(1).entry({ text: "three", ...other })
      .bytes(),

  "clock_ties": () =>
    clocked(3)
      .ring(2).entry({ text: "third", ticks: 1000, ...other })
      .ring(1).entry({ text: "second", ticks: 1000 })
      .ring(0).entry({ text: "fourth", ticks: 1001, ...other })
      .entry({ text: "first, behind a later one", ticks: 1000, ...other })
      .ring(2).entry({ text: "third too", ticks: 1000, ...other })
      .bytes(),

  "clock_nested_inversion": () =>
    clocked(2)
      .ring(0).entry({ text: "outer, reserved first", ticks: 1040 })
      .entry({ text: "middle", ticks: 1020 })
      .entry({ text: "inner, reserved last", ticks: 1010 })
      .ring(1).entry({ text: "in between", ticks: 1030, ...other })
      .ring(0).entry({ text: "after", ticks: 1050 })
      .bytes(),

  "clock_ticks_beyond_everything": () =>
    clocked(2)
      .ring(0).entry({ text: "from a clock that nobody here can read", ticks: 2n ** 62n })
      .entry({ text: "first", ticks: 1000 })
      .ring(1).entry({ text: "second", ticks: 1010, ...other })
      .bytes(),

  "clock_of_a_processor": () =>
    clocked(2).header("clockKind", BigInt(ClockKind.tsc), 4)
      .ring(0).entry({ text: "second", ticks: 1010 })
      .ring(1).entry({ text: "first", ticks: 1000, ...other })
      .bytes(),

  "clock_indexes_mean_nothing": () =>
    clocked()
      .ring(0).entry({ text: "first", wrong: { index: 1_000_000 } })
      .entry({ text: "second", wrong: { index: 3 } })
      .bytes(),

  "clock_refused_and_dead": () =>
    clocked(2)
      .ring(0).entry({ text: "before" }).refused({ full: 2 })
      .marked({ text: "never finished", ...other })
      .entry({ text: "behind" })
      .ring(1).entry({ text: "elsewhere", tid: writerTid + 2 }).refused({ tooBig: 1 })
      .bytes(),

  "clock_goes_on_between_ties": () =>
    clocked(2)
      .ring(0).entry({ text: "delivered", ticks: 1000 })
      .entry({ text: "held", ticks: 1000 })
      .ring(1).entry({ text: "held: a later ring", ticks: 1000, ...other })
      .set.readByAnEarlierReader({ deliveredUpTo: { ring: 0, seq: 0 } })
      .ring(0).entry({ text: "new", ticks: 1000 })
      .bytes(),

  "clock_goes_on_between_rings": () =>
    clocked(3)
      .ring(0).entry({ text: "delivered", ticks: 1000 })
      .ring(1).entry({ text: "delivered too", ticks: 1000, ...other })
      .entry({ text: "held", ticks: 1010, ...other })
      .ring(2).entry({ text: "held: a later ring", ticks: 1000, tid: writerTid + 2 })
      .set.readByAnEarlierReader({ deliveredUpTo: { ring: 1, seq: 0 } })
      .ring(0).entry({ text: "new", ticks: 1005 })
      .bytes(),

  "clock_held_and_damaged_since": () =>
    clocked()
      .ring(0).entry({ text: "delivered" })
      .entry({ text: "held, and damaged since", wrong: { severity: 9, damagedSince: true } })
      .entry({ text: "held" })
      .set.readByAnEarlierReader({ deliveredUpTo: { ring: 0, seq: 0 } })
      .bytes(),

  "clock_checkpoint_of_more_rows_than_read": () =>
    clocked().ring(0).entry({ text: "delivered" }).set.readByAnEarlierReader({ nextRow: 2n }).bytes(),

  "clock_overwriting": () => {
    const set = image({ rings: 2, mode: "overwrite", order: "clock" });
    set.ring(1).entry({ text: "of a quiet processor", ticks: 500, ...other });
    set.ring(0).entry({ text: "evicted!" });
    for (let n = 0; n < 7; n++) set.ring(0).discarded({ data: new Uint8Array(456) });
    set.ring(0).entry({ text: "outer", ticks: 2010 }).entry({ text: "inner", ticks: 2000 })
      .refused({ tooBig: 1 }).discarded({ data: new Uint8Array(264) }).entry({ text: "behind", ticks: 2020 });
    return set.bytes();
  },
};
