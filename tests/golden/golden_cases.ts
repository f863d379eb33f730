/**
 * The golden ring images, each as the sentence that builds it.
 *
 * What a reader must make of an image stands beside it in images/NAME.json; README.md tells the form.
 * @module
 */
import { EntryState, Severity } from "../../runtime/abi/layout.ts";
import { stateWord } from "../../runtime/abi/tag.ts";
import { clockCases } from "./clock_cases.ts";
import { forgeStateWord, image, writerTid } from "./image_builder.ts";
import { overwriteCases } from "./overwrite_cases.ts";
import { passedCases } from "./passed_cases.ts";
import { filterCases } from "./filter_cases.ts";
import { kernelCases } from "./kernel_cases.ts";
import { siteCases } from "./site_cases.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);
const other = { tid: writerTid + 1 };

/** Header fields of an entry in the form in which a forger would put them into a payload. */
function forgedEntry(state: bigint): Uint8Array {
  const payload = new Uint8Array(120);
  const view = new DataView(payload.buffer);
  for (let at = 0; at < payload.length; at += 56) {
    if (at + 56 > payload.length) break;
    view.setBigUint64(at, state, true);
    view.setUint32(at + 48, 0, true);
    view.setUint8(at + 53, Severity.fatal);
  }
  return payload;
}

/** Builders by name of the image. */
export const goldenCases: Readonly<Record<string, () => Uint8Array<ArrayBuffer>>> = {
  "empty": () => image({ rings: 2 }).bytes(),

  "ordinary": () =>
    image({ rings: 2 })
      .ring(0).entry({ text: "one" })
      .entry({ text: "two", severity: Severity.error })
      .ring(1).entry({ data: bytes(0, 1, 2, 254, 255), type: 7, remarks: 9, ...other })
      .ring(0).entry({ text: "" })
      .ring(1).entry({ data: bytes(), type: 0xffff_ffff, remarks: 0x8000_0000, ...other })
      .entry({ text: "günstig 🙂", severity: Severity.trace, ...other })
      .bytes(),

  "longest_entry": () => image().ring(0).entry({ text: "x".repeat(456) }).entry({ text: "behind" }).bytes(),

  "interleaved": () => {
    const set = image({ rings: 3, processors: [0, 2, 5] });
    for (let n = 0; n < 12; n++) set.ring([0, 1, 2, 1, 1, 0][n % 6]!).entry({ text: `step ${n}` });
    return set.bytes();
  },

  "wrap_with_padding": () =>
    image()
      .ring(0).entries(4, { data: new Uint8Array(456) })
      .entries(4, { data: new Uint8Array(420) })
      .set.readByAnEarlierReader()
      .ring(0).entry({ text: "before the end" })
      .entry({ text: "the first of the new lap" })
      .entry({ text: "and one more" })
      .bytes(),

  "wrap_without_padding": () =>
    image()
      .ring(0).entries(7, { data: new Uint8Array(456) })
      .set.readByAnEarlierReader()
      .ring(0).entry({ text: "x".repeat(456) })
      .entry({ text: "at offset 0" })
      .bytes(),

  "nested_inversion": () =>
    image({ rings: 2 })
      .ring(0).entry({ text: "before", index: 0 })
      .entry({ text: "outer, reserved first", index: 3 })
      .entry({ text: "middle", index: 2 })
      .entry({ text: "inner, reserved last", index: 1 })
      .ring(1).entry({ text: "after", index: 4, ...other })
      .bytes(),

  "uncommitted_in_the_middle": () =>
    image({ rings: 2 })
      .ring(0).entry({ text: "before" })
      .marked({ text: "never finished", ...other })
      .entry({ text: "behind" })
      .ring(1).entry({ text: "on another processor" })
      .bytes(),

  "uncommitted_without_index": () =>
    image({ rings: 2 })
      .ring(0).entry({ text: "before" })
      .marked({ text: "never finished", hasIndex: false, ...other })
      .entry({ text: "behind" })
      .ring(1).entry({ text: "on another processor" })
      .bytes(),

  "uncommitted_at_the_end": () =>
    image().ring(0).entry({ text: "before" }).marked({ text: "never finished", ...other }).bytes(),

  "uncommitted_without_intent": () =>
    image()
      .ring(0).entry({ text: "before" })
      .marked({ text: "never finished", hasIntent: false, ...other })
      .entry({ text: "behind" })
      .bytes(),

  "marked_as_abandoned": () =>
    image()
      .ring(0).entry({ text: "before" })
      .entry({ text: "somebody has ended it for its writer", wrong: { state: EntryState.abandoned } })
      .entry({ text: "behind" })
      .bytes(),

  "discarded": () =>
    image({ rings: 2 })
      .ring(0).entry({ text: "kept" })
      .discarded({ text: "taken back" })
      .ring(1).discarded({ text: "taken back too", ...other })
      .ring(0).entry({ text: "kept too" })
      .bytes(),

  "only_discarded": () => image().ring(0).discarded().discarded().bytes(),

  "index_that_nobody_carries": () =>
    image()
      .ring(0).entry({ text: "before" })
      .set.takeIndexes(3)
      .ring(0).entry({ text: "behind" })
      .bytes(),

  "refused_in_the_middle": () =>
    image()
      .ring(0).entry({ text: "before" }).refused({ full: 3 }).entry({ text: "behind" })
      .bytes(),

  "refused_at_the_end": () =>
    image({ rings: 2 })
      .ring(0).entry({ text: "before" }).refused({ full: 2 })
      .ring(1).entry({ text: "elsewhere" })
      .bytes(),

  "refused_at_the_start": () => image().ring(0).refused({ tooBig: 2 }).entry({ text: "behind" }).bytes(),

  "only_refused": () => image().ring(0).refused({ full: 5 }).bytes(),

  "too_big_in_the_middle": () =>
    image()
      .ring(0).entry({ text: "before" }).refused({ tooBig: 4 }).entry({ text: "behind" })
      .bytes(),

  "missed_of_another_log": () =>
    image()
      .ring(0).entry({ text: "before" }).refused({ missed: 1000 }).entry({ text: "behind" }).refused({
        missed: 2,
      })
      .bytes(),

  "missed_and_full_in_one_hole": () =>
    image()
      .ring(0).entry({ text: "before" }).refused({ full: 2, missed: 3 }).entry({ text: "behind" })
      .bytes(),

  "missed_and_full_in_two_holes": () =>
    image()
      .ring(0).entry({ text: "before" }).refused({ missed: 4 })
      .entry({ text: "between" }).refused({ full: 1 })
      .entry({ text: "behind" })
      .bytes(),

  "full_and_too_big_in_one_hole": () =>
    image()
      .ring(0).entry({ text: "before" }).refused({ full: 2, tooBig: 1 }).entry({ text: "behind" })
      .bytes(),

  "full_and_too_big_in_two_holes": () =>
    image()
      .ring(0).entry({ text: "before" }).refused({ full: 2 })
      .entry({ text: "between" }).refused({ full: 1, tooBig: 1 })
      .entry({ text: "behind" })
      .bytes(),

  "hole_that_no_counter_explains": () =>
    image()
      .ring(0).entry({ text: "before" }).refused({ uncounted: 2 }).entry({ text: "behind" })
      .bytes(),

  "refused_around_a_discarded_entry": () =>
    image()
      .ring(0).entry({ text: "before" }).refused({ full: 1 })
      .discarded({ text: "taken back" }).refused({ full: 2 })
      .entry({ text: "behind" })
      .bytes(),

  "refused_and_abandoned_in_one_hole": () =>
    image()
      .ring(0).entry({ text: "before" }).refused({ full: 2 })
      .marked({ text: "never finished", ...other }).refused({ full: 1 })
      .entry({ text: "behind" })
      .bytes(),

  "unmarked_with_intent": () =>
    image()
      .ring(0).entry({ text: "before" })
      .unmarked({ text: "killed between the swap and the mark", ...other })
      .entry({ text: "behind" })
      .bytes(),

  "unmarked_at_the_end": () =>
    image()
      .ring(0).entry({ text: "before" })
      .unmarked({ text: "killed between the swap and the mark", ...other })
      .bytes(),

  "two_unmarked_side_by_side": () =>
    image()
      .ring(0).entry({ text: "before" })
      .unmarked({ text: "the first one killed", tid: writerTid + 1 })
      .unmarked({ text: "the second one killed, with a longer entry", tid: writerTid + 2 })
      .entry({ text: "behind" })
      .bytes(),

  "two_claims_on_one_place": () => {
    const set = image();
    set.ring(0).entry({ text: "before" });
    // It meant to reserve here, lost the swap to the next one, and was killed before its second try.
    set.putIntent(writerTid + 2, 0, set.ring(0).position, 8);
    set.ring(0).unmarked({ text: "won the swap, then was killed", ...other }).entry({ text: "behind" });
    return set.bytes();
  },

  "unmarked_without_intent": () =>
    image()
      .ring(0).entry({ text: "before" })
      .unmarked({ text: "killed between the swap and the mark", hasIntent: false })
      .entry({ text: "behind" })
      .bytes(),

  "unmarked_behind_its_padding": () =>
    image()
      .ring(0).entries(7, { data: new Uint8Array(456) })
      .entry({ data: new Uint8Array(400) })
      .set.readByAnEarlierReader()
      .ring(0).unmarked({ text: "killed between the padding and the mark", ...other })
      .entry({ text: "behind" })
      .bytes(),

  "unmarked_with_its_padding": () =>
    image()
      .ring(0).entries(7, { data: new Uint8Array(456) })
      .entry({ data: new Uint8Array(400) })
      .set.readByAnEarlierReader()
      .ring(0).unmarked({ text: "killed before it marked anything", hasPadding: false, ...other })
      .entry({ text: "behind" })
      .bytes(),

  "intent_that_cannot_be": () => {
    const set = image();
    set.ring(0).entry({ text: "before" })
      .unmarked({ text: "killed between the swap and the mark", hasIntent: false })
      .entry({ text: "behind", hasIntent: false });
    // Off by four bytes at both ends, as no writer can have meant it.
    set.putIntent(writerTid + 1, 0, 60n, 13);
    return set.bytes();
  },

  "bytes_of_an_earlier_lap": () =>
    image()
      .ring(0).entries(8, { data: new Uint8Array(456), ...other })
      .set.readByAnEarlierReader()
      .ring(0).entry({ text: "before" })
      .unmarked({ data: new Uint8Array(400), tid: writerTid + 2 })
      .entry({ text: "behind" })
      .bytes(),

  "tag_of_an_earlier_lap": () =>
    image()
      .ring(0).entries(8, { data: new Uint8Array(456) })
      .set.readByAnEarlierReader()
      .ring(0).entry({ text: "before" })
      .entry({ text: "committed under the tag of the lap before", tagOfLapsEarlier: 1, hasIntent: false })
      .entry({ text: "behind" })
      .bytes(),

  "payload_that_looks_like_entries": () =>
    image()
      .ring(0).entry({ text: "before" })
      .entry({
        data: forgedEntry(stateWord(EntryState.committed, 7, 0n)),
        wrong: { tag: 12345 },
        hasIntent: false,
      })
      .entry({ data: forgedEntry(forgeStateWord(EntryState.committed, 56, 0)), type: 1 })
      .entry({ text: "behind" })
      .bytes(),

  "length_that_cannot_be": () =>
    image()
      .ring(0).entry({ text: "before" })
      .entry({ text: "claims to be as long as the ring", wrong: { units: 512 } })
      .entry({ text: "between" })
      .entry({ text: "claims to be shorter than a header", wrong: { units: 3 } })
      .entry({ text: "between too" })
      .entry({ text: "claims to be nothing at all", wrong: { units: 0 } })
      .entry({ text: "behind" })
      .bytes(),

  "lengths_that_cannot_be_side_by_side": () =>
    image()
      .ring(0).entry({ text: "before" })
      .entry({ text: "one unit short of a header", wrong: { units: 6 } })
      .entry({ text: "nothing at all", wrong: { units: 0 } })
      .entry({ text: "behind" })
      .bytes(),

  "length_that_differs": () =>
    image()
      .ring(0).entry({ text: "before" })
      .entry({ text: "its payload is said to be longer than the entry", wrong: { length: 100 } })
      .entry({ text: "its payload is said to be far longer", wrong: { length: 0xffff_ffff } })
      .entry({ text: "its payload is said to be much shorter", wrong: { length: 8 } })
      .entry({ text: "behind" })
      .bytes(),

  "kind_and_severity_that_cannot_be": () =>
    image()
      .ring(0).entry({ text: "before" })
      .entry({ text: "kind 3", wrong: { kind: 3 } })
      .entry({ text: "severity 0", wrong: { severity: 0 } })
      .entry({ text: "severity 7", wrong: { severity: 7 } })
      .entry({ text: "behind" })
      .bytes(),

  "state_that_cannot_be": () =>
    image()
      .ring(0).entry({ text: "before" })
      .entry({ text: "state 0", wrong: { state: 0 } })
      .entry({ text: "state 7", wrong: { state: 7 } })
      .entry({ text: "behind" })
      .bytes(),

  "index_from_the_future": () =>
    image({ rings: 2 })
      .ring(0).entry({ text: "before" })
      .entry({ text: "its index was never handed out", wrong: { index: 1_000_000 } })
      .ring(1).entry({ text: "elsewhere" })
      .ring(0).entry({ text: "behind" })
      .bytes(),

  "duplicate_index": () =>
    image({ rings: 2 })
      .ring(0).entry({ text: "the first with index 0" })
      .entry({ text: "behind" })
      .ring(1).entry({ text: "the second with index 0", wrong: { index: 0 } })
      .entry({ text: "behind too" })
      .bytes(),

  "index_of_an_earlier_reader": () =>
    image()
      .ring(0).entries(3)
      .set.readByAnEarlierReader()
      .ring(0).entry({ text: "before" })
      .entry({ text: "its index has been delivered", wrong: { index: 1 } })
      .entry({ text: "behind" })
      .bytes(),

  "seq_going_back": () =>
    image()
      .ring(0).entry({ text: "before" })
      .entry({ text: "before too" })
      .entry({ text: "its seq is that of the first", wrong: { seq: 0 } })
      .entry({ text: "behind" })
      .bytes(),

  "seq_from_the_future": () =>
    image()
      .ring(0).entry({ text: "before" })
      .entry({ text: "its seq was never handed out", wrong: { seq: 4 } })
      .entry({ text: "behind" })
      .bytes(),

  "truncated_text": () =>
    image()
      .ring(0).entry({ text: "cut here", cutFrom: 2000 })
      .entry({ text: "", cutFrom: 1_000_000 })
      .entry({ text: "whole" })
      .bytes(),

  "truncated_without_its_length": () =>
    image()
      .ring(0).entry({ text: "before" })
      .entry({ text: "abc", flags: 1 })
      .entry({ text: "behind" })
      .bytes(),

  "invalid_utf8": () =>
    image()
      .ring(0).entry({ rawText: bytes(0x61, 0xff, 0x62) })
      .entry({ rawText: bytes(0xed, 0xa0, 0x80) })
      .entry({ rawText: bytes(0xc0, 0x80) })
      .entry({ rawText: bytes(0xf4, 0x90, 0x80, 0x80) })
      .entry({ rawText: bytes(0xe2, 0x82) })
      .entry({ rawText: bytes(0xef, 0xbb, 0xbf, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x99, 0x82, 0) })
      .entry({ data: bytes(0xff) })
      .entry({ text: "the flag is not the writer's to set", flags: 2 })
      .bytes(),

  "goes_on_after_an_earlier_reader": () =>
    image({ rings: 2 })
      .ring(0).entries(2).refused({ full: 1 })
      .ring(1).entries(1, other)
      .set.readByAnEarlierReader()
      .ring(0).entry({ text: "new" }).refused({ full: 2 })
      .ring(1).entry({ text: "new too", ...other })
      .bytes(),

  "goes_on_with_what_was_held": () =>
    image({ rings: 2 })
      .ring(0).entry({ text: "delivered" })
      .entry({ text: "held: index 1 had not come", index: 2 })
      .entry({ text: "held behind it", index: 4 })
      .entry({ text: "delivered: nested", index: 1 })
      .set.readByAnEarlierReader({ deliveredBelow: 2 })
      .ring(1).entry({ text: "came late", index: 3, ...other })
      .bytes(),

  "goes_on_over_what_was_refused": () =>
    image({ rings: 2 })
      .ring(0).entry({ text: "delivered" })
      .entry({ text: "held", index: 2 })
      .entry({ text: "refused: from the future", index: 3, wrong: { index: 99 } })
      .unmarked({ text: "stepped over", tid: writerTid + 2 })
      .entry({ text: "refused: length", index: 4, wrong: { units: 2 } })
      .entry({ text: "refused: the index of the one that is held", index: 5, wrong: { index: 2 } })
      .entry({ text: "held too", index: 6 })
      .set.readByAnEarlierReader({ deliveredBelow: 1 })
      .ring(1).entry({ text: "came late", index: 1, ...other })
      .bytes(),

  "held_and_damaged_since": () =>
    image({ rings: 2 })
      .ring(0).entry({ text: "delivered" })
      .entry({ text: "held, and damaged since", index: 2, wrong: { severity: 9, damagedSince: true } })
      .ring(1).entry({ text: "held", index: 3, ...other })
      .set.readByAnEarlierReader({ deliveredBelow: 1 })
      .ring(1).entry({ text: "came late", index: 1, ...other })
      .bytes(),

  "unstored_by_an_earlier_capture": () =>
    image()
      .ring(0).entries(5)
      .set.readByAnEarlierReader({ unstored: 2 })
      .ring(0).entry({ text: "new" })
      .bytes(),

  "checkpoint_that_contradicts_its_ring": () => {
    const set = image();
    set.ring(0).entries(3);
    set.readByAnEarlierReader();
    // The last reader claims to have read what nobody has written.
    set.ring(0).position = 0n;
    return set.ring(0).refused({ full: 1 }).bytes();
  },

  "checkpoint_ahead_of_the_counter": () =>
    image().ring(0).entries(3).set.readByAnEarlierReader({ deliveredBelow: 4 }).bytes(),

  "position_beyond_the_ring": () => {
    const set = image();
    set.ring(0).entries(3).position += 8192n;
    return set.ring(0).refused({ full: 1 }).bytes();
  },

  ...passedCases,
  ...clockCases,
  ...overwriteCases,
  ...siteCases,
  ...filterCases,
  ...kernelCases,

  "header_with_wrong_magic": () => image().header("magic", 0x5453494c474f4c00n, 8).ring(0).entries(1).bytes(),
  "header_of_another_major": () => image().header("abiMajor", 2n, 2).ring(0).entries(1).bytes(),
  "header_of_a_newer_minor": () => image().header("abiMinor", 9n, 2).ring(0).entries(1).bytes(),
  "header_with_unknown_features": () => image().header("features", 1n << 63n, 8).ring(0).entries(1).bytes(),
  "header_of_another_byte_order": () =>
    image().header("byteOrder", 0x04030201n, 4).ring(0).entries(1).bytes(),
  "header_with_odd_ring_bytes": () => image().header("ringBytes", 5000n, 8).ring(0).entries(1).bytes(),
  "header_with_huge_ring_bytes": () => image().header("ringBytes", 1n << 63n, 8).ring(0).entries(1).bytes(),
  "header_without_rings": () => image().header("ringCount", 0n, 4).ring(0).entries(1).bytes(),
  "header_with_too_many_rings": () => image().header("ringCount", 0xffff_ffffn, 4).ring(0).entries(1).bytes(),
  "header_with_offset_outside": () => image().header("dataOff", 1n << 40n, 8).ring(0).entries(1).bytes(),
  "header_with_offset_shifted": () => image().header("consumerOff", 0x10008n, 8).ring(0).entries(1).bytes(),
  "header_of_unknown_mode": () => image().header("mode", 2n, 4).ring(0).entries(1).bytes(),
  "header_of_unknown_order": () => image().header("order", 2n, 4).ring(0).entries(1).bytes(),
  "header_that_is_not_finished": () => image().header("state", 0n, 4).ring(0).entries(1).bytes(),
  "cut_short": () => image().ring(0).entries(1).bytes().slice(0, 0x50000),
  "cut_within_the_header": () => image().ring(0).entries(1).bytes().slice(0, 100),
  "no_bytes": () => new Uint8Array(0),
};
