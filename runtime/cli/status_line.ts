import type { RecordStatus } from "../capture/record_types.ts";
import { formatCount, formatSeconds, formatShare, formatSize } from "./format_number.ts";

/** A line on the terminal that is rewritten in place. */
export interface StatusLine {
  /** Shows how a recording is doing. */
  update(status: RecordStatus): void;
  /** Shows a text. */
  show(text: string): void;
  /** Takes the line away. */
  clear(): void;
}

const TO_LINE_START = "\r\x1b[K";

/** The live status of a capture, on standard error; silent when that is no terminal. */
export function createStatusLine(options: { enabled: boolean }): StatusLine {
  const enabled = options.enabled && Deno.stderr.isTerminal();
  let shown = false;
  const write = (text: string) => {
    try {
      Deno.stderr.writeSync(new TextEncoder().encode(text));
    } catch {
      // The terminal is gone; the capture is not.
    }
  };
  const show = (text: string) => {
    if (!enabled) return;
    const { columns } = Deno.consoleSize();
    write(TO_LINE_START + text.slice(0, Math.max(columns - 1, 0)));
    shown = true;
  };
  return {
    update: (status) => show(statusText(status)),
    show,
    clear() {
      if (shown) write(TO_LINE_START);
      shown = false;
    },
  };
}

/** The status as one line. */
export function statusText(status: RecordStatus): string {
  if (status.phase === "sealing") {
    const share = formatShare(status.sealed, status.stored);
    return `sealing as Parquet · ${share} of ${
      formatCount(status.stored)
    } entries · Ctrl-C leaves the rest as it is`;
  }
  const parts = [
    status.phase === "recording" ? "recording" : "writing the end",
    formatSeconds(status.seconds),
    `${formatCount(status.entries)} entries`,
    ...(status.filtered === 0 ? [] : [`${formatCount(status.filtered)} filtered`]),
    `${formatSize(status.bytes)} on disk`,
    `${formatCount(status.lost)} lost`,
    ...(status.stalled === 0 ? [] : [`${formatCount(status.stalled)} stalled`]),
    `buffer ${formatShare(status.poolUsedBytes, status.poolBytes)}`,
  ];
  if (status.problem !== undefined) parts.push(status.problem);
  else if (status.phase === "recording") parts.push("Ctrl-C ends it");
  return parts.join(" · ");
}
