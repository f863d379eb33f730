/**
 * HTML that is safe by construction: what is put into a template is text, unless it is markup itself.
 *
 * @module
 */

/** A piece of finished HTML. Only this file makes one. */
export class Markup {
  /** The HTML. */
  readonly source: string;

  /** @ignore Use {@link html}, or {@link trusted} for what no log wrote. */
  constructor(source: string) {
    this.source = source;
  }
}

/** What may stand in a template: lists are joined, null, undefined and false are nothing. */
export type Content = Markup | string | number | bigint | null | undefined | false | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as HTML shows it, also between the quotes of an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (found) => ENTITIES[found]!);
}

/** Markup from a template. Texts are escaped; so an attribute that takes one needs its quotes. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  const written = writtenParts(parts);
  let source = written[0]!;
  contents.forEach((content, at) => source += sourceOf(content) + written[at + 1]!);
  return new Markup(source);
}

const WRITTEN = new WeakMap<TemplateStringsArray, readonly string[]>();

/** The pieces of a template without the indentation of the program, which would be a third of a page. */
function writtenParts(parts: TemplateStringsArray): readonly string[] {
  const known = WRITTEN.get(parts);
  if (known !== undefined) return known;
  const written = parts.map((part) => part.replace(/\s*\n\s*/g, "\n"));
  written[0] = written[0]!.replace(/^\n/, "");
  written[written.length - 1] = written.at(-1)!.replace(/\n$/, "");
  WRITTEN.set(parts, written);
  return written;
}

/** Markup that was made elsewhere in the program: a drawing, a style sheet. Never for a text of a capture. */
export function trusted(source: string): Markup {
  return new Markup(source);
}

function sourceOf(content: Content): string {
  if (content === null || content === undefined || content === false) return "";
  if (content instanceof Markup) return content.source;
  if (Array.isArray(content)) return content.map(sourceOf).join("");
  return escapeHtml(String(content));
}
