import type { CaptureInfo } from "../../store/folder.ts";

/** What `list` says of a capture. */
export interface InfoSummary {
  readonly started: string | null;
  /** Null while it is being written and after it was cut short: then only its segments know. */
  readonly entries: number | null;
  readonly lost: number | null;
}

/** Picks what capture.json can tell; `info` is null when it cannot be read. */
export function summarizeInfo(info: CaptureInfo | null): InfoSummary {
  if (info === null) return { started: null, entries: null, lost: null };
  const final = info.stopped !== null;
  return {
    started: info.started,
    entries: final ? Number(info.entries) : null,
    lost: final ? Number(info.lost) : null,
  };
}
