/**
 * The kernel's own record of its log, as guest/kmsg left it: what the source `kmsg` is compared with.
 *
 * @module
 */

/** One record of /dev/kmsg (Documentation/ABI/testing/dev-kmsg). */
export interface KmsgRecord {
  /** The kernel's number; a hole is what it overwrote. */
  readonly seq: number;
  readonly facility: number;
  /** 0 emerg … 7 debug. */
  readonly level: number;
  readonly text: string;
}

/**
 * Reads a file of records, each behind its length as u32.
 *
 * @throws {RangeError} A record is not of the form that the kernel promises.
 */
export function readKmsg(bytes: Uint8Array): KmsgRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: KmsgRecord[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + view.getUint32(at, true);
    records.push(parseRecord(decodeBytes(bytes.subarray(at + 4, end))));
    at = end;
  }
  return records;
}

function parseRecord(record: string): KmsgRecord {
  // Behind the text there may be lines of the device that it is about, each with a space before it.
  const [, priority, seq, text] = /^(\d+),(\d+),\d+,[^;]*;([^\n]*)\n/.exec(record) ?? [];
  if (priority === undefined) throw new RangeError(`no record of /dev/kmsg: ${JSON.stringify(record)}`);
  return {
    seq: Number(seq),
    facility: Number(priority) >> 3,
    level: Number(priority) & 7,
    text: unescape(text!),
  };
}

/** What is no printable ASCII, and the backslash, stands as \xNN. */
function unescape(text: string): string {
  const raw = text.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return new TextDecoder().decode(Uint8Array.from(raw, (letter) => letter.charCodeAt(0)));
}

/** One letter a byte. */
function decodeBytes(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
