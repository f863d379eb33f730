/**
 * `streams` of Deno's standard library, with types.
 * @module
 */
import { TextLineStream as Lines } from "deno-std/streams/text_line_stream.js";
import { toBytes as readBytes } from "deno-std/streams/to_bytes.js";
import { toText as readText } from "deno-std/streams/to_text.js";

/** Splits text into lines, without their line ends; `allowCR` also splits at a lone carriage return. */
export const TextLineStream: new (options?: { allowCR?: boolean }) => TransformStream<string, string> = Lines;
/** All bytes of a stream. */
export const toBytes: (stream: ReadableStream<Uint8Array>) => Promise<Uint8Array<ArrayBuffer>> = readBytes;
/** All text of a stream, decoded as UTF-8. */
export const toText: (stream: ReadableStream<string> | ReadableStream<Uint8Array>) => Promise<string> =
  readText;
