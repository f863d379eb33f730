/**
 * Golden images with a table of call sites, and headers that name one which cannot be.
 * @module
 */
import { Severity } from "../../runtime/abi/layout.ts";
import { image } from "./image_builder.ts";

const withTable = () => image({ rings: 2, siteCount: 64 });

/** A text's call site, as driver/EVENTS.md lays it out: `nvme_probe` of probe.c, line 42, without arguments. */
function textSite(format: string): Uint8Array {
  const encoder = new TextEncoder();
  const strings = ["nvme_probe", "probe.c", "nvme_probe", format].flatMap((text) => {
    const bytes = encoder.encode(text);
    return [bytes.length & 0xff, bytes.length >> 8, ...bytes];
  });
  const head = [0, 0, 0, 0, 42, 0, 0, 0, Severity.warn, 0, 0, 0];
  const descriptor = Uint8Array.from([...head, ...strings]);
  new DataView(descriptor.buffer).setUint32(0, descriptor.length, true);
  return descriptor;
}

/** Builders by name of the image. */
export const siteCases: Readonly<Record<string, () => Uint8Array<ArrayBuffer>>> = {
  "with_a_table_of_sites": () =>
    withTable()
      .putSite(5, 5n, textSite("%d resets"))
      .putSite(6, 64n + 5n, textSite("%d timeouts"))
      .ring(0).entry({ text: "one" })
      .ring(1).entry({ text: "two", severity: Severity.warn })
      .bytes(),

  // Before minor 3 these bytes were nobody's.
  "site_fields_of_an_older_minor": () =>
    image()
      .header("siteOff", 0xdeadn, 8).header("siteCount", 77n, 4).header("siteTextBytes", 3n, 4)
      .ring(0).entry({ text: "one" })
      .bytes(),

  "header_with_odd_site_count": () => withTable().header("siteCount", 65n, 4).bytes(),
  "header_with_too_many_sites": () => withTable().header("siteCount", 65600n, 4).bytes(),
  "header_with_odd_site_text": () => withTable().header("siteTextBytes", 4100n, 4).bytes(),
  "header_with_huge_site_text": () => withTable().header("siteTextBytes", 0xffff_fff8n, 4).bytes(),
  "header_with_site_offset_shifted": () => withTable().header("siteOff", 0x10000n, 8).bytes(),
  "header_with_site_offset_and_no_sites": () =>
    image().header("abiMinor", 3n, 2).header("siteOff", 0x30000n, 8).bytes(),
};
