/**
 * Which call sites of a capture begin and which end something, from its `events/sites.ndjson`.
 *
 * @module
 */
import { decodeHex } from "@std/encoding";
import { join } from "@std/path";

/** Where the role stands in a descriptor (driver/EVENTS.md). */
const ROLE_AT = 10;

/** 0 an event, 1 begin, 2 end, by the site's number. */
export async function readRoles(capture: string): Promise<Map<number, number>> {
  const lines = (await Deno.readTextFile(join(capture, "events", "sites.ndjson"))).trim().split("\n");
  return new Map(lines.map((line) => {
    const { site, descriptor } = JSON.parse(line);
    return [Number(site), decodeHex(descriptor)[ROLE_AT]!];
  }));
}
