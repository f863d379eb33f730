/**
 * Comments in a capture that is being recorded.
 *
 * @module
 */
import { abi, EntryKind, MARK_TYPE } from "../abi/layout.ts";
import { isBeingRecorded } from "../capture/recording_lock.ts";
import { CaptureError } from "../errors.ts";
import { openProducer } from "../ffi/producer.ts";
import { readSpecialFile, specialFileBytes } from "../ffi/special_files.ts";
import { type Level, severityOf } from "../log_entry.ts";
import { parseDevicePath } from "../reader/device_path.ts";
import { readSetHeader, type SetHeader } from "../reader/set_header.ts";
import { type CaptureInfo, readCaptureInfo } from "../store/folder.ts";

/** As long as the longest text of `rs_log`. */
const TEXT_BYTES_MAX = 1016;

/**
 * Logs a comment into the rings of a running capture, as an entry among the others: it has its place in the order.
 *
 * @throws {CaptureError} The capture is not running, or its rings are not there any more.
 * @throws {DriverError} The rings cannot be written, or the one of this processor is full.
 * @throws {RangeError} The text is too long.
 */
export async function markCapture(path: string, text: string, level: Level): Promise<void> {
  const info = await readCaptureInfo(path);
  if (!await isBeingRecorded(path)) {
    throw new CaptureError(
      `mark the capture ${path}: it is not being recorded any more, and only a running one takes marks; "list" shows which are running`,
    );
  }
  const device = parseDevicePath(info.rings);
  if (device !== null) {
    throw new CaptureError(
      `mark the capture ${path}: only the kernel writes into its rings; ` +
        (device.system === "linux"
          ? "record its log too (--linux-log), and write a line there: echo TEXT | sudo tee /dev/kmsg"
          : "let a driver log the mark"),
    );
  }
  const { ringBytes } = readRings(path, info);
  const payload = new TextEncoder().encode(text);
  const longest = Math.min(TEXT_BYTES_MAX, ringBytes / 8 - abi.entryHeaderBytes);
  if (payload.length > longest) { // the rings would refuse it too, and count it as lost
    throw new RangeError(
      `mark the capture ${path}: the text has ${payload.length} bytes; write at most ${longest}`,
    );
  }
  using producer = openProducer(info.rings);
  producer.write({
    severity: severityOf(level),
    kind: EntryKind.text,
    type: MARK_TYPE,
    remarks: 0,
    payload,
  });
}

/** What stands in front of a capture's rings. Their path may have gone to others: what is logged there would never come here. */
function readRings(path: string, { rings, setId }: CaptureInfo): SetHeader {
  const bytes = readSpecialFile(rings);
  if (bytes === null) {
    throw new CaptureError(
      `mark the capture ${path}: its rings ${rings} cannot be opened; mark it as the user who records, on the same machine`,
    );
  }
  const header = readSetHeader(bytes, specialFileBytes(rings) ?? bytes.length, rings);
  if (header.setId.toHex() === setId) return header;
  throw new CaptureError(
    `mark the capture ${path}: at ${rings} there are other rings now (${header.setId.toHex()}, not ${setId}); record those to mark them`,
  );
}
