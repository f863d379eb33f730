/**
 * CSV (RFC 4180) with a first line of names; `;` and tabs separate as well as commas do.
 *
 * Not by a library: deno-std's parser makes CRLF inside of quotes LF and ends at the first record that is malformed, and csv-parse
 * loses the records behind such a one. Here a line that begins what never ends is given up alone.
 *
 * @module
 */
import { FieldReader, hasTimeColumn } from "./fields.ts";
import type { Parsed, ParserSettings } from "./imported_entry.ts";

/** A record may have so many lines. */
const LINES_MAX = 1000;
const SEPARATORS = [",", ";", "\t"];

/** A record's lines put together. */
export interface CsvRecord {
  /** Line that it begins with. */
  readonly number: number;
  readonly text: string;
  readonly isBytes: boolean;
  /** Whether a quote in it is not closed. */
  readonly isOpen: boolean;
}

type Part = Omit<CsvRecord, "isOpen">;

/** Puts lines together to records: a quoted field may hold line ends. */
export class CsvRecords {
  readonly #isWhole: (text: string) => boolean;
  #waiting: Part[] = [];
  #isOpen = false;

  /** `isWhole` tells whether lines put together are a record. */
  constructor(isWhole: (text: string) => boolean) {
    this.#isWhole = isWhole;
  }

  /** The records that end with this line. */
  *push(line: Part): Generator<CsvRecord> {
    this.#waiting.push(line);
    if (countQuotes(line.text) % 2 === 1) this.#isOpen = !this.#isOpen;
    if (this.#isOpen) {
      if (this.#waiting.length >= LINES_MAX) yield* this.#giveUp();
      return;
    }
    const record = this.#join();
    // Two quotes of which neither is closed look like one that is.
    if (this.#waiting.length > 1 && !this.#isWhole(record.text)) return yield* this.#giveUp();
    this.#waiting = [];
    yield record;
  }

  /** What is left. */
  *end(): Generator<CsvRecord> {
    while (this.#waiting.length > 0) yield* this.#giveUp();
  }

  #join(): CsvRecord {
    const parts = this.#waiting;
    const isBytes = parts.some((part) => part.isBytes);
    const texts = parts.map((part) => isBytes && !part.isBytes ? toBytesText(part.text) : part.text);
    return { number: parts[0]!.number, text: texts.join("\n"), isBytes, isOpen: false };
  }

  /** Gives the first line up and begins again with the next. */
  *#giveUp(): Generator<CsvRecord> {
    const [first, ...others] = this.#waiting.splice(0);
    this.#isOpen = false;
    if (first !== undefined) yield { ...first, isOpen: true };
    for (const line of others) yield* this.push(line);
  }
}

/** Reads the records of one CSV, the first of which tells the names. */
export class CsvParser {
  readonly #settings: ParserSettings;
  readonly #reader: FieldReader;
  #names: readonly string[] = [];
  #separator = ",";

  constructor(settings: ParserSettings) {
    this.#settings = settings;
    this.#reader = new FieldReader(settings);
  }

  /** Takes the first record; whether a log can follow. */
  begin(header: string): boolean {
    const ways = SEPARATORS.map((separator) => ({ separator, names: splitRecord(header, separator) ?? [] }));
    const best = ways.reduce((most, way) => way.names.length > most.names.length ? way : most);
    this.#names = best.names.map((name) => name.trim());
    this.#separator = best.separator;
    return best.names.length > 1 && hasTimeColumn(this.#names, this.#settings);
  }

  /** The names of the first record. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** Whether a text can be taken apart to fields. */
  isWhole(text: string): boolean {
    return splitRecord(text, this.#separator) !== null;
  }

  /** A record behind it. */
  parse({ text, isOpen }: Pick<CsvRecord, "text" | "isOpen">): Parsed {
    if (isOpen) return "it has a quote that is not closed";
    const values = splitRecord(text, this.#separator);
    if (values === null) return "it has a quote in the middle of a field";
    if (values.length !== this.#names.length) {
      return `it has ${values.length} fields, and the first line names ${this.#names.length}`;
    }
    return this.#reader.parse(values.map((value, at) => [this.#names[at]!, value]));
  }
}

/** The fields of a record; null where a quote stands where none may. */
export function splitRecord(text: string, separator: string): string[] | null {
  const fields: string[] = [];
  const end = text.endsWith("\r") ? text.length - 1 : text.length;
  for (let at = 0;; at++) {
    if (text[at] === '"' && at < end) {
      let to = text.indexOf('"', at + 1);
      while (to >= 0 && text[to + 1] === '"') to = text.indexOf('"', to + 2);
      if (to < 0 || (to + 1 < end && text[to + 1] !== separator)) return null;
      fields.push(text.slice(at + 1, to).replaceAll('""', '"'));
      at = to + 1;
    } else {
      const next = text.indexOf(separator, at);
      const to = next < 0 ? end : next;
      const field = text.slice(at, to);
      if (field.includes('"')) return null;
      fields.push(field);
      at = to;
    }
    if (at >= end) return fields;
  }
}

function countQuotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++;
  return count;
}

/** UTF-8 as one character a byte. */
function toBytesText(text: string): string {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}
