/**
 * What a descriptor of a call site says before its arguments: enough to name the site. The same as `rs_site_text_read` of
 * driver/core/site_text.c, which accepts what parse_site.ts of the events refuses for its format or arguments; the layout is told in
 * driver/EVENTS.md.
 *
 * @module
 */
import { abi, EntryKind, Severity, SiteRole } from "../abi/layout.ts";

/** A site's name, place and format. Texts are the bytes that stand there: they are compared byte by byte. */
export interface SiteHead {
  readonly line: number;
  /** 1 … 6; 0: given at each call. */
  readonly severity: number;
  /** One of `EntryKind`. */
  readonly kind: number;
  /** One of `SiteRole`. */
  readonly role: number;
  readonly argumentCount: number;
  readonly name: Uint8Array;
  readonly file: Uint8Array;
  readonly function: Uint8Array;
  readonly format: Uint8Array;
}

const FIXED_BYTES = 12;

/**
 * Takes a private copy of a descriptor apart.
 *
 * @returns Null where it is none: a length that leads outside, or a number that cannot be.
 */
export function readSiteHead(descriptor: Uint8Array): SiteHead | null {
  const view = new DataView(descriptor.buffer, descriptor.byteOffset, descriptor.byteLength);
  if (descriptor.length < FIXED_BYTES || descriptor.length > abi.siteBytesMax) return null;
  if (view.getUint32(0, true) !== descriptor.length) return null;
  const line = view.getUint32(4, true);
  const [severity, kind, role, argumentCount] = descriptor.subarray(8, FIXED_BYTES) as unknown as number[];
  if (severity! > Severity.fatal || kind! > EntryKind.event || role! > SiteRole.end) return null;
  if (argumentCount! > abi.argumentsMax) return null;
  const texts: Uint8Array[] = [];
  let at = FIXED_BYTES;
  while (texts.length < 4) {
    if (descriptor.length - at < 2) return null;
    const bytes = view.getUint16(at, true);
    at += 2;
    if (descriptor.length - at < bytes) return null;
    texts.push(descriptor.subarray(at, at + bytes));
    at += bytes;
  }
  const [name, file, functionName, format] = texts as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  return {
    line,
    severity: severity!,
    kind: kind!,
    role: role!,
    argumentCount: argumentCount!,
    name,
    file,
    function: functionName,
    format,
  };
}
