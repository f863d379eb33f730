/**
 * Lines of the kernel's log as people read them: the parts that KERN_CONT has printed one after the other as one.
 *
 * @module
 */
import type { Row } from "../../../stress/oracle/captured.ts";

/** `type` of a text that goes on with the one before it of the same task (driver/linux/sources/README.md). */
const TYPE_CONTINUED = 0x544e4f43;

/** One line. */
export interface PrintedLine {
  readonly severity: number;
  readonly facility: number;
  readonly flags: number;
  readonly text: string;
}

/** A text as a capture has it. */
export interface PrintedText {
  readonly row: Pick<Row, "tid" | "flags" | "remarks" | "type" | "severity">;
  readonly message: string;
}

/** The lines of texts that the source `kmsg` wrote. */
export function printedLines(entries: readonly PrintedText[]): PrintedLine[] {
  const lines: (PrintedLine & { tid: number })[] = [];
  for (const { row, message } of entries) {
    const { tid, flags, remarks: facility, type } = row;
    const begun = type === TYPE_CONTINUED
      ? lines.findLastIndex((line) => line.tid === tid && line.flags === flags)
      : -1;
    if (begun >= 0) lines[begun] = { ...lines[begun]!, text: lines[begun]!.text + message };
    else lines.push({ severity: row.severity, facility, flags, tid, text: message });
  }
  return lines.map(({ severity, facility, flags, text }) => ({ severity, facility, flags, text }));
}
