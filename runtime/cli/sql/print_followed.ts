/**
 * The results of a query that is asked again and again: drawn in place on a terminal, one after the other elsewhere.
 *
 * @module
 */
import { followQuery } from "../../live/follow_query.ts";
import type { QueryResult } from "../../store/query_result.ts";
import type { Store } from "../../store/store.ts";
import { terminalWidth } from "../common_options.ts";
import { formatRows, type RowFormat } from "../format_rows.ts";
import { print, printNote, printWarning } from "../output.ts";

/** Follows a query to the end of its captures; the exit status. */
export async function printFollowed(
  store: Store,
  query: { readonly text: string; readonly params: readonly unknown[] },
  everyMs: number,
  printer: ResultPrinter,
  isQuiet: boolean,
): Promise<number> {
  if (!store.isRecording && !isQuiet) {
    printNote(
      `nothing of ${
        store.captures.map(({ name }) => name).join(", ")
      } is being recorded: this is the whole answer`,
    );
  }
  const told = new Set<string>();
  for await (const result of followQuery(store, query.text, query.params, { everyMs })) {
    if (!await printer.print(result)) return 0;
    for (const warning of isQuiet ? [] : store.warnings) {
      // The numbers in it grow.
      const kind = warning.replace(/\d+/g, "#");
      if (!told.has(kind)) printWarning(warning);
      told.add(kind);
    }
  }
  return 0;
}

/** Prints results of one query, but none that is the same as the one before. */
export class ResultPrinter {
  readonly #format: RowFormat;
  readonly #inPlace: boolean;
  #last: string | null = null;
  /** Lines of the table that stands on the terminal. */
  #lines = 0;

  /** Draws in place what goes as a table to a terminal. */
  constructor(format: RowFormat, inPlace: boolean = format === "table" && Deno.stdout.isTerminal()) {
    this.#format = format;
    this.#inPlace = inPlace;
  }

  /** Whether somebody still reads it. */
  async print(result: QueryResult): Promise<boolean> {
    const text = this.#textOf(result);
    if (text === this.#last) return true;
    const isFirst = this.#last === null;
    this.#last = text;
    if (this.#inPlace) return await this.#draw(text);
    const [header = ""] = this.#format === "csv" && !isFirst ? /^.*\n/.exec(text) ?? [] : [];
    const gap = this.#format === "table" && !isFirst ? "\n" : "";
    return await print(gap + text.slice(header.length));
  }

  #textOf(result: QueryResult): string {
    const text = [...formatRows(result, this.#format, { width: terminalWidth() })].join("");
    return this.#format === "json" ? `${JSON.stringify(JSON.parse(text))}\n` : text;
  }

  async #draw(text: string): Promise<boolean> {
    const { rows } = Deno.consoleSize();
    const lines = text.split("\n");
    // What is taller than the terminal cannot be drawn over; its beginning is shown.
    const shown = lines.length > rows ? [...lines.slice(0, rows - 2), "…", ""] : lines;
    const back = this.#lines === 0 ? "" : `\x1b[${this.#lines}A\x1b[0J`;
    this.#lines = shown.length - 1;
    return await print(back + shown.join("\n"));
  }
}
