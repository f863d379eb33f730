/**
 * Patterns that call sites are chosen by: `*` stands for any bytes, `?` for one. One with a colon is compared with `file:line`, any other
 * with the site's name. The same as `rs_pattern_matches` of driver/core/site_rules.c.
 *
 * @module
 */
import { abi } from "../abi/layout.ts";
import type { SiteHead } from "./site_head.ts";

const STAR = 0x2a, QUESTION_MARK = 0x3f, COLON = 0x3a, SLASH = 0x2f, BACKSLASH = 0x5c;

/** A pattern that has been checked, as bytes. */
export type SitePattern = Uint8Array;

/**
 * Reads a pattern as users write it.
 *
 * @throws {RangeError} It is empty, or longer than a rule has room for.
 */
export function parseSitePattern(text: string): SitePattern {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length === 0 || bytes.includes(0)) {
    throw new RangeError(
      `"${text}" is no pattern: write a name, such as nvme_*, or a place, such as queue.c:*`,
    );
  }
  if (bytes.length >= abi.sitePatternBytes) {
    throw new RangeError(
      `"${text}" has ${bytes.length} bytes, and a pattern at most ${
        abi.sitePatternBytes - 1
      }: shorten it with *`,
    );
  }
  return bytes;
}

/** Whether a site is one of those that a pattern means. */
export function matchesSite(pattern: SitePattern, site: Pick<SiteHead, "name" | "file" | "line">): boolean {
  if (!pattern.includes(COLON)) return matches(pattern, site.name);
  const begin = Math.max(site.file.lastIndexOf(SLASH), site.file.lastIndexOf(BACKSLASH)) + 1;
  const line = new TextEncoder().encode(`:${site.line}`);
  const file = site.file.subarray(begin);
  const place = new Uint8Array(file.length + line.length);
  place.set(file);
  place.set(line, file.length);
  return matches(pattern, place);
}

/** Whether a text is what a pattern with `*` and `?` means. */
export function matchesText(pattern: string, text: string): boolean {
  const encoder = new TextEncoder();
  return matches(encoder.encode(pattern), encoder.encode(text));
}

/** Goes back to the last `*` only: what an earlier one could take, the last one can take as well. */
function matches(pattern: Uint8Array, text: Uint8Array): boolean {
  let at = 0, want = 0, star = -1, taken = 0;
  while (at < text.length) {
    const wanted = pattern[want];
    if (wanted === STAR) {
      star = want++;
      taken = at;
    } else if (wanted === QUESTION_MARK || (wanted !== undefined && wanted === text[at])) {
      want++;
      at++;
    } else if (star >= 0) {
      want = star + 1;
      at = ++taken;
    } else return false;
  }
  while (pattern[want] === STAR) want++;
  return want === pattern.length;
}
