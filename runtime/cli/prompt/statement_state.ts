import { ENCLOSED } from "../../store/split_statements.ts";

/**
 * What a prompt has to know of the text that was typed so far: whether it is whole, inside something that has not been closed,
 * or not at its end.
 */
export type StatementState =
  | "complete"
  | "unfinished"
  | "in quotes"
  | "in name"
  | "in comment"
  | "in dollar quote";

/** Looks at text that may go on in the next line. */
export function statementState(text: string): StatementState {
  // A comment to the end of the line is closed by the line's end only, which for the last line has not come.
  const bare = text.replace(
    ENCLOSED,
    (part) => part.startsWith("--") ? "" : /^[a-zA-Z'"$]/.test(part) ? "x" : " ",
  );
  const opened = /['"]|\/\*|\$\w*\$/.exec(bare)?.[0];
  if (opened === "'") return "in quotes";
  if (opened === '"') return "in name";
  if (opened === "/*") return "in comment";
  if (opened !== undefined) return "in dollar quote";
  return bare.trimEnd().endsWith(";") ? "complete" : "unfinished";
}

/** A statement as one line of the history: what divides its lines becomes a blank, and comments to a line's end go. */
export function asOneLine(statement: string): string {
  let line = "", from = 0;
  for (const { 0: part, index } of statement.matchAll(ENCLOSED)) {
    line += joinLines(statement.slice(from, index));
    line = part.startsWith("--") ? line.trimEnd() : line + part;
    from = index + part.length;
  }
  return (line + joinLines(statement.slice(from))).trim();
}

function joinLines(text: string): string {
  return text.replace(/\s*\n\s*/g, " ");
}
