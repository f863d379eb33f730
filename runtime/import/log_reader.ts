/**
 * From the lines of a log to entries: finds the form, puts records together, and keeps what cannot be read.
 *
 * @module
 */
import { CaptureError } from "../errors.ts";
import { CsvParser, CsvRecords } from "./csv.ts";
import { detectFormat, IMPORT_FORMATS, type ImportFormat, LINE_PARSERS } from "./detect_format.ts";
import type { ImportedEntry, Parsed, ParserSettings } from "./imported_entry.ts";
import type { Line } from "./line_splitter.ts";
import { decodeLine, encodePart } from "./line_text.ts";

/** `type` of an entry that is a line that could not be read; `RAW?` in memory. `remarks` is the line's number. */
export const UNREAD_LINE_TYPE = 0x3f57_4152;

/** Lines that are looked at to find the form. */
const HEAD_LINES = 200;
/** So many are kept until one is read that tells a time. */
const UNTIMED_LINES_MAX = 10_000;
/** Problems that are told one by one. */
const TOLD = 5;
const TOLD_CHARACTERS = 100;
const TS_END = 1n << 63n;

/** A line that could not be read. */
export interface UnreadLine {
  /** Its number, from 1. */
  readonly line: number;
  /** What is wrong with it. */
  readonly reason: string;
  /** Its beginning. */
  readonly text: string;
}

/** A record of a log: a line, or in CSV several. */
interface RawRecord {
  readonly number: number;
  readonly text: string;
  readonly isBytes: boolean;
  readonly cutBytes: number;
}

/** Gets the entries in their order. */
export interface EntrySink {
  add(entry: ImportedEntry, payload: Uint8Array<ArrayBuffer>, cutBytes: number): void;
}

/** Reads one log. */
export class LogReader {
  readonly #settings: ParserSettings;
  readonly #sink: (format: ImportFormat) => EntrySink;
  #format: ImportFormat | null;
  #begun: { sink: EntrySink; parse: (record: RawRecord) => Parsed; records: CsvRecords | null } | null = null;
  #head: RawRecord[] = [];
  #untimed: RawRecord[] = [];
  #lastNs: bigint | null = null;
  #records = 0;
  #unread = 0;
  readonly #told: UnreadLine[] = [];
  readonly #hosts = new Set<string>();

  /** `begin` is called when the form is known, before the first entry. Without a form it is found. */
  constructor(
    format: ImportFormat | null,
    settings: ParserSettings,
    begin: (format: ImportFormat) => EntrySink,
  ) {
    this.#format = format;
    this.#settings = settings;
    this.#sink = begin;
  }

  /** Lines, or records of CSV, that are not blank. */
  get records(): number {
    return this.#records;
  }

  /** How many of them could not be read. */
  get unread(): number {
    return this.#unread;
  }

  /** The first of them. */
  get firstUnread(): readonly UnreadLine[] {
    return this.#told;
  }

  /** The only machine that the log names; empty where it names none, or several. */
  get host(): string {
    const [host = ""] = this.#hosts;
    return this.#hosts.size === 1 ? host : "";
  }

  /**
   * The next line.
   *
   * @throws {CaptureError} The log has no form that is known.
   */
  push({ number, bytes, cutBytes }: Line): void {
    const record = { number, ...decodeLine(bytes), cutBytes };
    if (this.#begun !== null) return this.#take(record);
    this.#head.push(record);
    if (this.#head.length >= HEAD_LINES) this.#begin();
  }

  /**
   * The log has ended.
   *
   * @throws {CaptureError} Nothing of it could be read.
   */
  end(): void {
    if (this.#begun === null) this.#begin();
    for (const record of this.#begun?.records?.end() ?? []) {
      this.#readCsv({ ...record, cutBytes: 0 }, record.isOpen);
    }
    if (this.#lastNs === null) throw this.#nothingRead();
  }

  #begin(): void {
    const head = this.#head.splice(0);
    const texts = head.map(({ text }) => text);
    if (texts.every((text) => text.trim() === "")) throw new CaptureError("it is empty");
    const format = this.#format ?? detectFormat(texts, this.#settings);
    if (format === null) {
      throw new CaptureError(
        `its first lines have no form that is known; --format forces one of ${
          IMPORT_FORMATS.join(", ")
        }, and --column ts=NAME ` +
          `says which column of NDJSON or CSV has the time`,
      );
    }
    this.#format = format;
    if (format === "csv") this.#beginCsv(head);
    else {
      const parse = LINE_PARSERS[format](this.#settings);
      this.#begun = {
        sink: this.#sink(format),
        parse: ({ text }) => parse(text.replace(/\r$/, "")),
        records: null,
      };
    }
    for (const record of head) this.#take(record);
  }

  /** Takes the names from the front. */
  #beginCsv(head: RawRecord[]): void {
    while (head[0]?.text.trim() === "") head.shift();
    const header = head.shift()?.text ?? "";
    const parser = new CsvParser(this.#settings);
    if (!parser.begin(header)) {
      throw new CaptureError(
        `its first line names no column ${this.#settings.columns.get("ts") ?? "of times"} (it is: ${
          brief(header)
        }); --column ts=NAME says which it is`,
      );
    }
    const parse = (record: RawRecord & { isOpen?: boolean }) =>
      parser.parse({ text: record.text, isOpen: record.isOpen ?? false });
    this.#begun = { sink: this.#sink("csv"), parse, records: new CsvRecords((text) => parser.isWhole(text)) };
  }

  #take(record: RawRecord): void {
    const records = this.#begun?.records ?? null;
    if (records === null) {
      if (record.text.trim() !== "") this.#read(record);
      return;
    }
    for (const whole of records.push(record)) {
      this.#readCsv({ ...whole, cutBytes: record.cutBytes }, whole.isOpen);
    }
  }

  #readCsv(record: RawRecord, isOpen: boolean): void {
    if (record.text.trim() !== "") this.#read(Object.assign(record, { isOpen }));
  }

  #read(record: RawRecord): void {
    this.#records++;
    const parsed = this.#begun!.parse(record);
    if (typeof parsed === "string") this.#keepUnread(record, parsed);
    else if (parsed.ts < 0n || parsed.ts >= TS_END) {
      this.#keepUnread(record, "its time is not between 1970 and 2262");
    } else {
      for (const waiting of this.#untimed.splice(0)) this.#addUnread(waiting, parsed.ts);
      this.#lastNs = parsed.ts;
      if (parsed.host !== undefined && this.#hosts.size < 2) this.#hosts.add(parsed.host);
      const { payload } = parsed;
      const bytes = typeof payload === "string"
        ? encodePart(payload, record.isBytes)
        : payload as Uint8Array<ArrayBuffer>;
      this.#begun!.sink.add(parsed, bytes, record.cutBytes);
    }
  }

  /** A line that could not be read is an entry all the same, with the time of the one before it. */
  #keepUnread(record: RawRecord, reason: string): void {
    this.#unread++;
    if (this.#told.length < TOLD) {
      this.#told.push({ line: record.number, reason, text: brief(record.text) });
    }
    if (this.#lastNs !== null) return this.#addUnread(record, this.#lastNs);
    this.#untimed.push(record);
    if (this.#untimed.length >= UNTIMED_LINES_MAX) throw this.#nothingRead();
  }

  #addUnread({ number, text, isBytes, cutBytes }: RawRecord, ts: bigint): void {
    const entry = { ts, payload: text, type: UNREAD_LINE_TYPE, remarks: number };
    this.#begun!.sink.add(entry, encodePart(text, isBytes), cutBytes);
  }

  #nothingRead(): CaptureError {
    const [first] = this.#told;
    const example = first === undefined ? "" : `; line ${first.line}: ${first.reason}: ${first.text}`;
    return new CaptureError(
      `none of its ${
        this.#records === this.#unread ? "" : "first "
      }${this.#records} lines could be read as ${this.#format}${example}`,
    );
  }
}

function brief(text: string): string {
  return text.length > TOLD_CHARACTERS ? `${text.slice(0, TOLD_CHARACTERS)}…` : text;
}
