import type { RowFormat } from "../format_rows.ts";

/** What the commands of the prompt change. */
export interface PromptSettings {
  format: RowFormat;
  /** `\x`: a line for each column. */
  isExpanded: boolean;
  isTiming: boolean;
  /** `\o`: the file that results go to; null for the terminal. */
  output: string | null;
}
