/**
 * Entries and holes as lines for people. Nothing that was logged can steer the terminal: control characters are spelled out.
 * @module
 */
import { encodeHex } from "@std/encoding";
import { bold, dim, getColorEnabled, red, yellow } from "@std/fmt";
import { MARK_TYPE } from "../../abi/layout.ts";
import type { Gap } from "../../live/gap.ts";
import type { Pattern } from "../../live/pattern.ts";
import type { TailItem } from "../../live/tail.ts";
import { type Entry, eventText, type Level } from "../../log_entry.ts";
import { formatCount } from "../format_number.ts";
import { printable } from "../format_value.ts";
import { highlight } from "./highlight.ts";
import { TIME_WIDTH, type TimeColumn } from "./time_column.ts";

/** Bytes of data that a line shows. */
const DATA_BYTES = 32;
const FLAG_TRUNCATED = 1;
const LEVEL_WIDTH = 5;
/** Of `pid:tid`: two numbers of usual length. */
const WRITER_WIDTH = 13;

const PAINTS: Readonly<Partial<Record<Level, (text: string) => string>>> = {
  trace: dim,
  debug: dim,
  warn: yellow,
  error: red,
  fatal: (text) => bold(red(text)),
};

/** What lines look like. */
export interface LineStyle {
  readonly time: TimeColumn;
  /** Digits of the highest processor number. */
  readonly processorWidth: number;
  readonly highlights: readonly Pattern[];
}

/** An entry or a hole as one line, with its end. */
export function formatLine(item: TailItem, style: LineStyle): string {
  return item.kind === "entry" ? formatEntry(item.entry, style) : formatGap(item.gap, style);
}

function formatEntry(entry: Entry, style: LineStyle): string {
  const text = printable(textOf(entry));
  const plain = getColorEnabled() ? highlight(text, style.highlights) : text;
  const shown = entry.kind === "text" && entry.type === MARK_TYPE ? bold(`── ${plain} ──`) : plain;
  const paint = PAINTS[entry.level] ?? ((level) => level);
  const level = paint(entry.level.padEnd(LEVEL_WIDTH));
  const writer = `${entry.pid}:${entry.tid}`.padEnd(WRITER_WIDTH);
  const cut = (entry.flags & FLAG_TRUNCATED) === 0 ? "" : dim(" … (cut)");
  const processor = String(entry.processor).padStart(style.processorWidth);
  return `${style.time.format(entry.ts)} ${processor} ${level} ${writer} ${shown}${cut}\n`;
}

/** Of an event its name too, where its message does not begin with that. */
function textOf(entry: Entry): string {
  const message = entry.message ?? dataText(entry);
  return entry.event === null ? message : eventText(entry.event, message);
}

function dataText({ data, type, remarks }: Entry): string {
  const bytes = data ?? new Uint8Array(0);
  const more = bytes.length > DATA_BYTES ? "…" : "";
  const hex = encodeHex(bytes.subarray(0, DATA_BYTES));
  return `data type=${type} remarks=${remarks} ${bytes.length} bytes ${hex}${more}`.trimEnd();
}

function formatGap(gap: Gap, style: LineStyle): string {
  const ts = gap.nextTs ?? gap.prevTs;
  const time = ts === null ? "" : style.time.format(ts);
  const processor = String(gap.processor).padStart(style.processorWidth);
  const lost = bold(red(`${formatCount(gap.lost)} lost (${gap.cause})`));
  const level = red("LOST".padEnd(LEVEL_WIDTH));
  return `${time.padStart(TIME_WIDTH)} ${processor} ${level} ${"".padEnd(WRITER_WIDTH)} ${lost}\n`;
}
