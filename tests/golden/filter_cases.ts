/**
 * Golden images that are read with a filter: typed events of two call sites, text, data and a mark, a hole and an entry that was taken
 * back. What is wanted stands beside the image. See golden_cases.ts.
 * @module
 */
import { ArgumentType, MARK_TYPE, Severity } from "../../runtime/abi/layout.ts";
import { encodeSite } from "../../runtime/events/test_support.ts";
import { image } from "./image_builder.ts";

const SITES = 64;

/** The descriptor of an event with one argument of a byte, as driver/EVENTS.md lays it out; it may say that it is longer than it is. */
function eventSite(name: string, file: string, line: number, wrong: { bytes?: number } = {}): Uint8Array {
  const tag = { type: ArgumentType.u8, key: "tag" };
  const site = encodeSite({
    name,
    file,
    line,
    severity: 0,
    function: "probe",
    format: "tag=%u",
    arguments: [tag],
  });
  if (wrong.bytes !== undefined) new DataView(site.buffer).setUint32(0, wrong.bytes, true);
  return site;
}

const byte = (value: number) => Uint8Array.of(value);

/** idx 0 to 8; 3 was taken back, and 9 is no site. */
function ordinary(kind: { mode?: "discard" | "overwrite"; order?: "index" | "clock" } = {}) {
  return image({ rings: 2, siteCount: SITES, ...kind })
    .putSite(0, BigInt(SITES), eventSite("nvme_probe", "drivers/nvme/probe.c", 42))
    .putSite(1, BigInt(SITES + 1), eventSite("io_done", "io.c", 7))
    .ring(0).entry({ text: "one" })
    .entry({ event: byte(1), type: 1 })
    .refused({ full: 2 })
    .entry({ event: byte(2), type: 2, severity: Severity.warn })
    .discarded({ event: byte(0), type: 1 })
    .ring(1).entry({ data: byte(3), type: 7 })
    .entry({ event: byte(4), type: 1 })
    .entry({ text: "load begins", type: MARK_TYPE })
    .entry({ event: byte(5), type: 2, severity: Severity.error })
    .entry({ event: byte(6), type: 9 })
    .bytes();
}

/** Builders by name of the image. */
export const filterCases: Readonly<Record<string, () => Uint8Array<ArrayBuffer>>> = {
  "filter_only_a_name": () => ordinary(),
  "filter_only_a_place": () => ordinary(),
  "filter_exclude": () => ordinary(),
  "filter_severity": () => ordinary(),
  "filter_all_three": () => ordinary(),
  "filter_clock_order": () => ordinary({ order: "clock" }),
  "filter_overwrite": () => ordinary({ mode: "overwrite" }),

  "filter_keeps_nothing": () =>
    image({ siteCount: SITES })
      .ring(0).entry({ text: "one" }).refused({ full: 1 }).entry({ text: "two" })
      .bytes(),

  // 0 and 65 are the numbers before and behind the table; 1 is not published; 2 says that it is longer than it is.
  "filter_sites_that_are_none": () =>
    image({ siteCount: SITES })
      .putSite(1, BigInt(SITES + 1), eventSite("nvme_probe", "probe.c", 42, { bytes: 4000 }))
      .putSite(63, 63n, eventSite("nvme_last", "probe.c", 43))
      .ring(0).entry({ event: byte(0), type: 0 })
      .entry({ event: byte(1), type: 1 })
      .entry({ event: byte(2), type: 2 })
      .entry({ event: byte(3), type: 65 })
      .entry({ event: byte(4), type: 0xffff_ffff })
      .entry({ event: byte(5), type: 64 })
      .bytes(),

  "filter_without_a_table": () => image().ring(0).entry({ event: byte(1), type: 1 }).bytes(),
};
