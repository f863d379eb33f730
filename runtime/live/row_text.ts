import { encodeHex } from "@std/encoding";
import type { ExpandedRows } from "../arrow/expand.ts";
import { bytesAt, eventAt, eventText, messageAt } from "../log_entry.ts";

/** What a row is searched in: its message, of events as a line shows it, or the hexadecimal digits of its data. */
export function rowText(rows: ExpandedRows, row: number): string {
  const event = eventAt(rows, row), message = messageAt(rows, row);
  if (event !== null) return eventText(event, message ?? "");
  return message ?? encodeHex(bytesAt(rows.data, row) ?? new Uint8Array(0));
}
