/**
 * The page around a report: one file that asks the network for nothing, and that runs no script but its own, whatever a log says.
 *
 * @module
 */
import { VERSION } from "../../version.ts";
import { type Content, escapeHtml, html, type Markup, trusted } from "./markup.ts";

/** What {@link page} makes a page of. */
export interface PageParts {
  /** As text: it is the tab's title too. */
  readonly title: string;
  /** Under the title. */
  readonly subtitle: Content;
  /** Parts of the page; those with a title are in its list of contents. */
  readonly sections: readonly Section[];
}

/** A part of a page. */
export interface Section {
  /** Letters and dashes. */
  readonly id: string;
  readonly title: string;
  readonly content: Content;
}

/** The whole file. */
export async function page({ title, subtitle, sections }: PageParts): Promise<string> {
  const [style, script] = await Promise.all([asset("page.css"), asset("page.js")]);
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `script-src 'sha256-${await digest(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const body = html`
    <a class="skip" href="#main">Skip to the content</a>
    <header
      class="top"><div><p class="product">Ringscope report</p><h1>${title}</h1><p class="subtitle">${subtitle}</p></div>
    <button type="button" id="theme" hidden>Dark</button></header>
    <nav aria-label="Contents">
      <ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>
    </nav>
    <main id="main">${sections.map(sectionMarkup)}</main>
    <footer>
      <p>Made by Ringscope ${VERSION}. This file is complete: it needs no network.</p>
    </footer>
    <div id="hint" aria-hidden="true" hidden></div>
  `;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Ringscope ${VERSION}">
<title>${escapeHtml(title)} · Ringscope</title>
<style>${style}</style>
</head>
<body>
${body.source}
<script>${script}</script>
</body>
</html>
`;
}

function sectionMarkup({ id, title, content }: Section): Markup {
  return html`
    <section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${title}</h2>
    ${content}</section>
  `;
}

async function asset(name: string): Promise<string> {
  return await Deno.readTextFile(new URL(`./${name}`, import.meta.url));
}

async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...bytes));
}

/** An icon of a verdict, told apart by its form and not by its colour alone. */
export function icon(kind: "good" | "bad" | "unsure"): Markup {
  const shapes = {
    good: '<circle cx="12" cy="12" r="11"/><path d="M6.5 12.5l3.7 3.7 7.3-8"/>',
    bad: '<path d="M8 1h8l7 7v8l-7 7H8l-7-7V8z"/><path d="M8 8l8 8M16 8l-8 8"/>',
    unsure: '<path d="M12 1.5L23 21.5H1z"/><path d="M12 9v6M12 17.6v1.2"/>',
  };
  return trusted(`<svg class="icon ${kind}" viewBox="0 0 24 24" aria-hidden="true">${shapes[kind]}</svg>`);
}
