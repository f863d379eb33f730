/**
 * A report as one HTML file, of one capture or of two beside each other.
 *
 * @module
 */
import { formatMoment } from "./charts/time_axis.ts";
import type { CaptureReport } from "./data/report_data.ts";
import { html } from "./html/markup.ts";
import { page } from "./html/page.ts";
import { shownText } from "./html/shown_text.ts";
import { aboutSection } from "./sections/about.ts";
import { durationsSection } from "./sections/durations.ts";
import { healthSection } from "./sections/health.ts";
import { latencySection } from "./sections/latency.ts";
import { lossSection } from "./sections/loss.ts";
import { messagesSection } from "./sections/messages.ts";
import { rateSection } from "./sections/rate.ts";
import { ringsSection } from "./sections/rings.ts";
import { toSides } from "./sections/side.ts";
import { slowestSection } from "./sections/slowest.ts";

/**
 * Renders what {@link readReport} counted.
 *
 * @param captures One, or base and candidate.
 * @throws {RangeError} There is another number of them.
 */
export async function renderReport(captures: readonly CaptureReport[]): Promise<string> {
  if (captures.length !== 1 && captures.length !== 2) {
    throw new RangeError(`a report shows one capture or two, and there are ${captures.length}`);
  }
  const sides = toSides(captures);
  const names = captures.map(({ head }) => shownText(head.name, 80));
  const sections = [
    healthSection(sides),
    rateSection(sides),
    durationsSection(sides),
    slowestSection(sides),
    lossSection(sides),
    messagesSection(sides),
    latencySection(sides),
    ringsSection(sides),
    aboutSection(sides),
  ];
  return await page({
    title: names.join(" → "),
    subtitle: captures.length === 1
      ? subtitleOf(captures[0]!)
      : html`Two captures: ${names[0]} is the base, ${
        names[1]
      } the candidate. Times are after the beginning of each.`,
    sections: sections.filter((section) => section !== null),
  });
}

function subtitleOf({ head, beginNs, entries }: CaptureReport): string {
  const from = entries > 0 ? `First entry ${formatMoment(beginNs)}` : "No entries";
  return head.host === "" ? from : `${from}, on ${shownText(head.host, 60)}`;
}
