/**
 * Golden images of rings that overwrite: the oldest entries have made room. See golden_cases.ts.
 * @module
 */
import { image, type RingBuilder, writerTid } from "./image_builder.ts";

const other = { tid: writerTid + 1 };
/** Entries of this many payload bytes take 512 bytes, an eighth of a ring. */
const eighth = { data: new Uint8Array(456) };

function overwriting(rings = 1) {
  return image({ rings, mode: "overwrite" });
}

/** Takes up 512 bytes each, and brings no row. */
function fill(ring: RingBuilder, count: number): RingBuilder {
  for (let n = 0; n < count; n++) ring.discarded(eighth);
  return ring;
}

/** Builders by name of the image. */
export const overwriteCases: Readonly<Record<string, () => Uint8Array<ArrayBuffer>>> = {
  "overwrite_ordinary": () =>
    overwriting(2)
      .ring(0).entry({ text: "one" }).entry({ text: "three", index: 2 })
      .ring(1).entry({ text: "two", index: 1, ...other }).refused({ tooBig: 2 })
      .entry({ text: "four", ...other })
      .bytes(),

  "overwrite_empty": () => overwriting(2).bytes(),

  "overwrite_oldest_in_the_middle": () =>
    fill(overwriting().ring(0).entry({ text: "evicted!" }).entry({ text: "the oldest" }), 7)
      .discarded({ data: new Uint8Array(320) })
      .entry({ text: "behind" })
      .bytes(),

  "overwrite_wrapped_with_padding": () =>
    fill(
      overwriting().ring(0).entry({ text: "evicted one" }).entry({ text: "evicted two" }).entry({
        text: "kept",
      }),
      7,
    )
      .discarded({ data: new Uint8Array(200) })
      .entry({ text: "new lap" })
      .entry({ text: "and one more" })
      .bytes(),

  "overwrite_many_laps": () => fill(fill(overwriting().ring(0), 30).entry({ text: "kept" }), 7).bytes(),

  "overwrite_nested_inversion": () =>
    overwriting(2)
      .ring(0).entry({ text: "outer, reserved first", index: 2 })
      .entry({ text: "inner, reserved last", index: 0 })
      .ring(1).entry({ text: "in between", index: 1, ...other })
      .bytes(),

  "overwrite_indexes_of_what_made_room": () =>
    fill(overwriting(2).ring(1).entry({ text: "old, of a quiet processor", ...other }).ring(0), 20)
      .entry({ text: "new" })
      .bytes(),

  "overwrite_duplicate_index": () =>
    overwriting(2)
      .ring(0).entry({ text: "the first with index 0" }).entry({ text: "behind" })
      .ring(1).entry({ text: "the second with index 0", wrong: { index: 0 }, ...other })
      .entry({ text: "behind too", ...other })
      .bytes(),

  "overwrite_dead_reserved": () =>
    overwriting()
      .ring(0).entry({ text: "before" }).marked({ text: "never finished", ...other }).entry({
        text: "behind",
      })
      .bytes(),

  "overwrite_dead_unmarked": () =>
    overwriting()
      .ring(0).entry({ text: "before" })
      .unmarked({ text: "killed between the swap and the mark", ...other })
      .entry({ text: "behind" })
      .bytes(),

  "overwrite_dead_with_its_padding": () =>
    fill(overwriting().ring(0), 7)
      .discarded({ data: new Uint8Array(400) })
      .unmarked({ text: "killed before it marked anything", hasPadding: false, ...other })
      .entry({ text: "behind" })
      .bytes(),

  "overwrite_dead_without_intent": () =>
    overwriting()
      .ring(0).entry({ text: "before" })
      .unmarked({ text: "killed between the swap and the mark", hasIntent: false })
      .entry({ text: "behind" })
      .bytes(),

  "overwrite_already_abandoned": () =>
    overwriting()
      .ring(0).entry({ text: "before" })
      .abandoned({ text: "a reader has ended it for its writer", ...other })
      .entry({ text: "behind" })
      .bytes(),

  "overwrite_refused_at_the_start": () =>
    overwriting().ring(0).refused({ tooBig: 2 }).entry({ text: "behind" }).bytes(),

  "overwrite_hole_before_the_oldest": () =>
    fill(
      overwriting().ring(0).entry({ text: "evicted!" }).refused({ tooBig: 3 }).entry({ text: "the oldest" }),
      7,
    )
      .discarded({ data: new Uint8Array(320) })
      .refused({ tooBig: 1 })
      .entry({ text: "behind" })
      .bytes(),

  "overwrite_abandoned_is_the_oldest": () =>
    fill(
      overwriting().ring(0).entry({ text: "evicted!" })
        .abandoned({ text: "the oldest", ...other })
        .entry({ text: "the first", ...other }),
      7,
    )
      .discarded({ data: new Uint8Array(248) })
      .entry({ text: "behind" })
      .bytes(),

  "overwrite_nothing_finished_is_left": () => {
    const set = overwriting();
    fill(set.ring(0), 8).unmarked({ ...eighth, ...other });
    for (let n = 0; n < 7; n++) set.ring(0).abandoned(eighth);
    return set.bytes();
  },

  "overwrite_refused_while_the_oldest_was_busy": () =>
    fill(overwriting().ring(0).marked({ ...eighth, ...other }), 6)
      .discarded({ data: new Uint8Array(392) })
      .entry({ text: "kept" })
      .refused({ full: 2 })
      .commit()
      .entry({ text: "behind" })
      .bytes(),

  "overwrite_refused_behind_a_dead_writer": () =>
    fill(overwriting().ring(0).marked({ ...eighth, ...other }), 6)
      .discarded({ data: new Uint8Array(392) })
      .entry({ text: "kept" })
      .refused({ full: 2 })
      .bytes(),

  "overwrite_oldest_beyond_the_position": () => overwriting().ring(0).entries(3).damagedOldest(256n).bytes(),

  "overwrite_oldest_unaligned": () => overwriting().ring(0).entries(3).damagedOldest(4n).bytes(),

  "overwrite_oldest_inside_an_entry": () =>
    overwriting().ring(0).entry({ text: "begins earlier" }).entry({ text: "behind" }).damagedOldest(8n)
      .bytes(),

  "overwrite_oldest_of_a_lap_ago": () =>
    fill(fill(overwriting().ring(0), 9).entry(eighth).entry({ text: "kept" }), 7)
      .damagedOldest(0n)
      .bytes(),
};
