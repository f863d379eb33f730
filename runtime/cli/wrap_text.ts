/** Options of {@link wrapText}. */
export interface WrapTextOptions {
  /** Columns of the terminal. Default: no limit. */
  width?: number | undefined;
  /** Blanks before every line but the first, which begins where the caller has put the cursor. */
  indent?: number;
}

/** Below this there is no use in wrapping. */
const NARROWEST = 20;

/** A text in lines that fit; words stay whole. */
export function wrapText(text: string, { width = Infinity, indent = 0 }: WrapTextOptions = {}): string {
  const room = Math.max(width - indent, NARROWEST);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((word) => word !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length > room && line !== "") {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  return lines.join(`\n${" ".repeat(indent)}`);
}
