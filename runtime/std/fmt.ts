/**
 * `fmt/bytes`, `fmt/colors` and `fmt/duration` of Deno's standard library, with types.
 * @module
 */
import { format as bytesText } from "deno-std/fmt/bytes.js";
import * as colors from "deno-std/fmt/colors.js";
import { format as durationText } from "deno-std/fmt/duration.js";

/** Options of {@link formatBytes}. */
export interface FormatBytesOptions {
  /** Powers of 1,024 with KiB, MiB … instead of powers of 1,000. */
  binary?: boolean;
  minimumFractionDigits?: number;
  maximumFractionDigits?: number;
}
/** A size for people: `formatBytes(4194304, { binary: true })` is "4 MiB". Throws TypeError unless it is finite. */
export const formatBytes: (bytes: number, options?: FormatBytesOptions) => string = bytesText;

/** Options of {@link formatDuration}. */
export interface FormatDurationOptions {
  style?: "narrow" | "full" | "digital";
  /** Leaves out the parts that are zero. */
  ignoreZero?: boolean;
}
/** A duration for people, from milliseconds. */
export const formatDuration: (ms: number, options?: FormatDurationOptions) => string = durationText;

type Paint = (text: string) => string;
export const bold: Paint = colors.bold;
export const dim: Paint = colors.dim;
export const red: Paint = colors.red;
export const green: Paint = colors.green;
export const yellow: Paint = colors.yellow;
export const cyan: Paint = colors.cyan;
/** The text without its escape sequences. */
export const stripAnsiCode: Paint = colors.stripAnsiCode;
/** Turns colours on or off for the whole process. */
export const setColorEnabled: (enabled: boolean) => void = colors.setColorEnabled;
/** Whether colours are on; they begin off when NO_COLOR is set. */
export const getColorEnabled: () => boolean = colors.getColorEnabled;
