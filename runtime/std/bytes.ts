/**
 * `bytes` of Deno's standard library, with types.
 * @module
 */
import { concat as join } from "deno-std/bytes/concat.js";
import { equals as same } from "deno-std/bytes/equals.js";
import { indexOfNeedle as find } from "deno-std/bytes/index_of_needle.js";

/** One array with the bytes of all. */
export const concat: (parts: readonly Uint8Array[]) => Uint8Array<ArrayBuffer> = join;
/** Whether both hold the same bytes. */
export const equals: (a: Uint8Array, b: Uint8Array) => boolean = same;
/** Where `needle` first stands in `source` at or after `start`; -1 when it does not. */
export const indexOfNeedle: (source: Uint8Array, needle: Uint8Array, start?: number) => number = find;
