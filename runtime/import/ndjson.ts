/**
 * One JSON object a line: Ringscope's own, and what pino, bunyan, zap, journald and their like write.
 *
 * @module
 */
import { type Field, FieldReader } from "./fields.ts";
import type { ParserSettings, RecordParser } from "./imported_entry.ts";

/** What may have more digits than a number of JavaScript keeps. */
const LONG_NUMBER = /\d{16}|\d{9}\.\d{6}/;

/** Lines of NDJSON. */
export function ndjsonParser(settings: ParserSettings): RecordParser {
  const reader = new FieldReader(settings);
  return (text) => {
    let json: unknown;
    try {
      json = LONG_NUMBER.test(text) ? JSON.parse(text, exact) : JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return `it is no JSON: ${error.message.replace(/ in JSON at .*| \(line \d+ .*/s, "")}`;
    }
    if (typeof json !== "object" || json === null || Array.isArray(json)) return "it is no JSON object";
    return reader.parse(Object.entries(json) as Field[]);
  };
}

/** Numbers as they are written, where JSON.parse would round them. */
function exact(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  return typeof value === "number" && source !== undefined && String(value) !== source ? source : value;
}
