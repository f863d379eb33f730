import { isBeingRecorded } from "../../capture/recording_lock.ts";
import type { CaptureInfo } from "../../store/folder.ts";

/** Where a capture stands: being written, ended in order, or cut short by the death of its process. */
export type CaptureState = "recording" | "complete" | "cut short" | "unreadable";

/** The state of a capture folder; `info` is null when its capture.json cannot be read. */
export async function captureState(path: string, info: CaptureInfo | null): Promise<CaptureState> {
  if (await isBeingRecorded(path)) return "recording";
  if (info === null) return "unreadable";
  return info.complete ? "complete" : "cut short";
}
