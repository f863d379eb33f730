/**
 * A table in a panel: with its title, and scrolling sideways by itself where it is wider than the page, by keys too.
 *
 * @module
 */
import { type Content, html, type Markup } from "./markup.ts";

/** What {@link tablePanel} makes a panel of. */
export interface TablePanelParts {
  /** Unique on the page; letters, digits and dashes. */
  readonly id: string;
  readonly title: Content;
  readonly summary?: Content;
  /** A `table`. */
  readonly table: Markup;
  readonly note?: Content;
}

/** The panel. */
export function tablePanel({ id, title, summary, table, note }: TablePanelParts): Markup {
  return html`
    <div class="panel"><h3 id="${id}">${title}</h3>${summary !== undefined &&
      html`<p class="summary">${summary}</p>`}${scrolling(id, table)}${note !== undefined &&
      html`<p class="note">${note}</p>`}</div>
  `;
}

/** A table that scrolls; what names it has the id `labelId`. */
export function scrolling(labelId: string, table: Markup): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="${labelId}">${table}</div>`;
}

/** A head of a table. Columns of numbers begin with a `#`. */
export function tableHead(columns: readonly string[]): Markup {
  return html`
    <thead>
      <tr>${columns.map((column) =>
        column.startsWith("#")
          ? html`<th scope="col" class="number">${column.slice(1)}</th>`
          : html`<th scope="col">${column}</th>`
      )}</tr>
    </thead>
  `;
}
