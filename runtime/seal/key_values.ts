/**
 * The `ringscope.*` key-values of a sealed file, by which a copy of it explains itself.
 *
 * @module
 */
import type { Anchor } from "../arrow/clock.ts";
import type { CaptureInfo } from "../store/folder.ts";
import type { StoredTable } from "./columns.ts";
import type { SegmentMeta } from "./segment_meta.ts";

/** Version of the form of sealed files. */
export const SEALED_FORMAT_VERSION = 1;

/** What a file of `table` in segment `number` says of itself. */
export function keyValuesOf(
  info: CaptureInfo,
  table: StoredTable,
  number: number,
  meta: SegmentMeta,
  anchors: readonly Anchor[],
): Map<string, string> {
  const values = new Map([
    ["ringscope.format_version", String(SEALED_FORMAT_VERSION)],
    ["ringscope.version", info.version],
    ["ringscope.capture_id", info.id],
    ["ringscope.capture", info.name],
    ["ringscope.table", table],
    ["ringscope.segment", String(number)],
    ["ringscope.order", info.order],
    ["ringscope.clock", info.clockKind],
    [
      "ringscope.anchors",
      JSON.stringify(
        anchors.map((anchor) => [anchor.ticks, anchor.unixNs, anchor.ticksPerSecond].map(String)),
      ),
    ],
  ]);
  for (const key of ["first_idx", "last_idx", "first_ns", "last_ns"]) {
    const value = meta[key];
    if (typeof value === "string") values.set(`ringscope.${key}`, value);
  }
  return values;
}

/**
 * Refuses what is no sealed file of this capture.
 *
 * @throws {SyntaxError} It is another's, or of a newer form.
 */
export function checkKeyValues(
  values: ReadonlyMap<string, string>,
  info: CaptureInfo,
  table: StoredTable,
  number: number,
): void {
  const version = values.get("ringscope.format_version");
  if (version === undefined) {
    throw new SyntaxError("it is no sealed segment: it has no ringscope.format_version");
  }
  if (!/^[1-9]\d{0,8}$/.test(version)) {
    throw new SyntaxError(`its ringscope.format_version is ${JSON.stringify(version)}`);
  }
  if (Number(version) > SEALED_FORMAT_VERSION) {
    throw new SyntaxError(
      `its format_version is ${version}, this program reads up to ${SEALED_FORMAT_VERSION}; use a newer ringscope`,
    );
  }
  const expected = [["capture_id", info.id], ["table", table], ["segment", String(number)]] as const;
  for (const [key, wanted] of expected) {
    const found = values.get(`ringscope.${key}`);
    if (found !== wanted) {
      throw new SyntaxError(`it is of another ${key}: ${found ?? "none"} instead of ${wanted}`);
    }
  }
}
