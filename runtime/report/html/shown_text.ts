/**
 * Texts of a log as a page may show them. Whoever writes log entries decides what is in them: control characters that some viewer
 * obeys, marks that turn the direction of what follows, a line of a mebibyte.
 *
 * @module
 */
import { html, type Markup } from "./markup.ts";

/** Where a text is cut, in characters; what is longer tells nobody more on a page. */
const SHOWN_MAX = 300;

/**
 * What cannot be seen or moves what can: controls, formats (among them every mark of direction: CVE-2021-42574), lone surrogates, private
 * use, separators of lines and paragraphs.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** A text with everything unseen as the code that it is, and at most `max` characters of it. */
export function shownText(text: string, max = SHOWN_MAX): string {
  // Before anything looks at each character: a character has at most two units.
  const units = text.slice(0, 2 * max + 2);
  const characters = Array.from(units);
  const isCut = characters.length > max || units.length < text.length;
  const shown = characters.slice(0, max).join("").replace(UNSEEN, nameOf);
  return isCut ? `${shown}… (${text.length.toLocaleString("en-US")} characters)` : shown;
}

function nameOf(character: string): string {
  if (character === "\n") return "⏎";
  if (character === "\t") return "⇥";
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

/** A text of a log as code, isolated so that letters of another direction stay within it. */
export function logText(text: string | null, max = SHOWN_MAX): Markup {
  if (text === null) return html`<span class="quiet">no text</span>`;
  return html`<code class="log"><bdi>${shownText(text, max)}</bdi></code>`;
}
