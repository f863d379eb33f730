/**
 * `events/sites.ndjson` of a capture folder: a line for each call site, appended before the first of its events is stored. The form is told
 * in runtime/capture/README.md.
 *
 * @module
 */
import { join } from "@std/path";

/** A site as it stands in the file. */
export interface SiteLine {
  /** Number of the site, from 1. */
  readonly site: number;
  /** As driver/EVENTS.md lays it out. */
  readonly descriptor: Uint8Array<ArrayBuffer>;
}

/** The path of the file. */
export function siteFilePath(folder: string): string {
  return join(folder, "events", "sites.ndjson");
}

/** The line of a site. */
export function formatSiteLine(site: number, descriptor: Uint8Array): string {
  return `{"site": ${site}, "descriptor": "${descriptor.toHex()}"}\n`;
}

/** The site of a line; null where it is no whole line of this form. */
export function parseSiteLine(line: string): SiteLine | null {
  try {
    const json: unknown = JSON.parse(line);
    if (typeof json !== "object" || json === null) return null;
    const { site, descriptor } = json as Record<string, unknown>;
    if (typeof site !== "number" || !Number.isInteger(site) || site < 1) return null;
    return typeof descriptor === "string" ? { site, descriptor: Uint8Array.fromHex(descriptor) } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
