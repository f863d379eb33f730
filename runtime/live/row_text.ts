import { encodeHex } from "@std/encoding";
import type { ExpandedRows } from "../arrow/expand.ts";
import { bytesAt, messageAt } from "../log_entry.ts";

/** What a row is searched in: its message, or the hexadecimal digits of its data. */
export function rowText(rows: ExpandedRows, row: number): string {
  return messageAt(rows, row) ?? encodeHex(bytesAt(rows.data, row) ?? new Uint8Array(0));
}
