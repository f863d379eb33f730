/**
 * The page that a calibration writes: Markdown as `deno fmt` leaves it, so that the file is what one run printed.
 * @module
 */

/** Of a line, in characters, as in deno.json. */
const LINE_WIDTH = 110;

/** A table; each row is told at once, since a calibration takes minutes. */
export interface Table {
  /** Adds a row. */
  row(...cells: (string | number)[]): void;
}

/** Collects headings, paragraphs and tables. */
export class Page {
  readonly #blocks: (() => string)[] = [];
  readonly #tell: (line: string) => void;

  /** @param tell Hears of everything as it comes. */
  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  /** Adds a heading. */
  heading(level: 1 | 2, text: string): void {
    this.#add(`${"#".repeat(level)} ${text}`);
  }

  /** Adds a paragraph. */
  paragraph(text: string): void {
    this.#add(wrap(text));
  }

  /** Begins a table. */
  table(...columns: string[]): Table {
    const rows: string[][] = [columns];
    this.#tell(`\n${columns.join(" | ")}`);
    this.#blocks.push(() => alignTable(rows));
    return {
      row: (...cells) => {
        if (cells.length !== columns.length) {
          throw new RangeError(`add a row of ${cells.length} cells to a table of ${columns.length} columns`);
        }
        rows.push(cells.map(String));
        this.#tell(cells.join(" | "));
      },
    };
  }

  /** The whole page. */
  toString(): string {
    return this.#blocks.map((block) => block()).join("\n\n") + "\n";
  }

  #add(text: string): void {
    this.#blocks.push(() => text);
    this.#tell(`\n${text}`);
  }
}

function wrap(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}

function alignTable(rows: readonly (readonly string[])[]): string {
  const [columns = []] = rows;
  const widths = columns.map((_, place) => Math.max(3, ...rows.map((row) => row[place]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, place) => cell.padEnd(widths[place]!)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}
