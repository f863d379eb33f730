import { formatCount } from "../format_number.ts";
import { formatRows, type Rows, TABLE_ROWS } from "../format_rows.ts";
import { terminalWidth } from "../common_options.ts";
import { formatRecords } from "./format_records.ts";
import type { PromptSettings } from "./prompt_settings.ts";

/** A result as text in the form that is set; tables fit into `width`. */
export function renderResult(result: Rows, settings: PromptSettings, width?: number): string {
  if (result.columns.length === 0) return "";
  const pieces = settings.isExpanded ? formatRecords(result) : formatRows(result, settings.format, { width });
  const text = [...pieces].join("");
  const isShown = settings.isExpanded || settings.format === "table";
  if (!isShown) return text;
  const { length } = result.rows;
  const count = length > TABLE_ROWS
    ? `${formatCount(TABLE_ROWS)} of ${formatCount(length)} rows; \\format csv and \\o FILE keep all`
    : `${formatCount(length)} row${length === 1 ? "" : "s"}`;
  return `${text}(${count})\n`;
}

/**
 * Shows text on the terminal, in the pager when it is longer than the screen. There wide tables are not cut, because the pager moves
 * sideways too.
 */
export async function showResult(
  result: Rows,
  settings: PromptSettings,
  page: (text: string) => Promise<void>,
  write: (text: string) => Promise<unknown>,
): Promise<void> {
  const text = renderResult(result, settings, terminalWidth());
  const { rows } = Deno.consoleSize();
  const lines = text.split("\n").length;
  if (lines < rows) await write(text);
  else await page(renderResult(result, settings));
}
