/**
 * Golden images that an earlier reader has left with entries that it had passed while their writers stood still, or with entries that it
 * had copied or stepped over. See golden_cases.ts.
 * @module
 */
import { image, type ImageBuilder, writerTid } from "./image_builder.ts";

const other = { tid: writerTid + 1 };

/** The entry at position 64 is passed, everything else delivered. */
function passedInTheMiddle(): ImageBuilder {
  return image()
    .ring(0).entry({ text: "before" })
    .marked({ text: "its writer stood still", ...other })
    .entry({ text: "behind" })
    .set.readByAnEarlierReader({ hasPassed: true });
}

/** Builders by name of the image. */
export const passedCases: Readonly<Record<string, () => Uint8Array<ArrayBuffer>>> = {
  "passed_and_finished_late": () => passedInTheMiddle().ring(0).commit().entry({ text: "new" }).bytes(),

  "passed_and_dead_since": () => passedInTheMiddle().ring(0).entry({ text: "new" }).bytes(),

  "passed_and_late_with_an_index_to_come": () =>
    image({ rings: 2 })
      .ring(0).entry({ text: "before" })
      .marked({ text: "finished late, with an index that is not delivered", index: 2, ...other })
      .entry({ text: "held", index: 3 })
      .set.readByAnEarlierReader({ deliveredBelow: 1, hasPassed: true })
      .ring(0).commit()
      .ring(1).entry({ text: "came late", index: 1, tid: writerTid + 2 })
      .bytes(),

  "passed_before_what_came_out_past_an_index_to_come": () =>
    image({ rings: 2 })
      .ring(0).entry({ text: "before" })
      .marked({ text: "its writer stood still", ...other })
      .entry({ text: "delivered by the end of an earlier reader", index: 3 })
      .entry({ text: "held", index: 4 })
      .set.readByAnEarlierReader({ deliveredBelow: 4, nextRow: 2n, hasPassed: true })
      .ring(1).entry({ text: "came late", index: 2, tid: writerTid + 2 })
      .bytes(),

  "passed_two_and_one_is_late": () =>
    image()
      .ring(0).marked({ text: "finished late", ...other })
      .entry({ text: "between" })
      .marked({ text: "its writer has died", tid: writerTid + 2 })
      .set.readByAnEarlierReader({ hasPassed: true })
      .ring(0).commit()
      .refused({ full: 1 })
      .entry({ text: "new" })
      .bytes(),

  "passed_in_clock_order": () =>
    image({ rings: 2, order: "clock" })
      .ring(0).entry({ text: "before" })
      .marked({ text: "finished late", ticks: 1050, ...other })
      .entry({ text: "held", ticks: 1040 })
      .set.readByAnEarlierReader({ deliveredUpTo: { ring: 0, seq: 0 }, hasPassed: true })
      .ring(0).commit()
      .ring(1).entry({ text: "new", ticks: 1030, tid: writerTid + 2 })
      .bytes(),

  "passed_list_that_does_not_rise": () => passedInTheMiddle().putPassed(0, [64n, 64n]).bytes(),
  "passed_list_before_its_ring": () => passedInTheMiddle().putPassed(0, [0n, 64n]).bytes(),
  "passed_list_beyond_its_ring": () => passedInTheMiddle().putPassed(0, [64n, 4096n]).bytes(),
  "passed_list_unaligned": () => passedInTheMiddle().putPassed(0, [68n]).bytes(),
  "passed_list_too_long": () => {
    const places = Array.from({ length: 16 }, (_, n) => BigInt(64 + 8 * n));
    return passedInTheMiddle().putPassed(0, places, 17).bytes();
  },

  "stepped_over_by_an_earlier_reader": () =>
    image()
      .ring(0).entry({ text: "before" })
      .marked({ text: "never finished", ...other })
      .set.readByAnEarlierReader({ openAbandoned: 1 })
      .ring(0).refused({ full: 2 })
      .entry({ text: "behind" })
      .bytes(),

  "copied_by_an_earlier_reader": () =>
    image({ rings: 2 })
      .ring(0).entry({ text: "delivered" })
      .ring(1).entry({ text: "copied", index: 2, ...other })
      .entry({ text: "copied too", index: 3, ...other })
      .set.readByAnEarlierReader({ deliveredBelow: 1, copiedRing: 1 })
      .ring(0).entry({ text: "came late", index: 1 })
      .ring(1).entry({ text: "new", index: 4, ...other })
      .bytes(),
};
