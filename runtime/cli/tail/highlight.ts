import { matches, type Pattern } from "../../live/pattern.ts";

/** Select Graphic Rendition codes: ten that differ on a dark and on a light ground. */
const STYLES = ["30;43", "30;46", "30;42", "30;45", "97;44", "97;41", "30;103", "30;106", "30;102", "30;105"];
/** How many highlights can be told apart. */
export const HIGHLIGHTS_MAX: number = STYLES.length;

/** Colours what the patterns find, each in its own colour; where two find the same, the first one's. The text is printable already. */
export function highlight(text: string, patterns: readonly Pattern[]): string {
  const wanted = patterns.filter((pattern) => matches(pattern, text));
  if (wanted.length === 0) return text;
  const styleAt = new Uint8Array(text.length);
  for (const pattern of patterns.toReversed()) {
    if (!wanted.includes(pattern)) continue;
    for (const { 0: found, index } of text.matchAll(pattern.regex)) {
      styleAt.fill(patterns.indexOf(pattern) + 1, index, index + found.length);
    }
  }
  let painted = "";
  for (let from = 0, to = 0; from < text.length; from = to) {
    const style = styleAt[from]!;
    while (to < text.length && styleAt[to] === style) to++;
    const piece = text.slice(from, to);
    painted += style === 0 ? piece : `\x1b[${STYLES[style - 1]}m${piece}\x1b[0m`;
  }
  return painted;
}
