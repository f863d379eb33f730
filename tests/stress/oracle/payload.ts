/**
 * What stress entries carry, computed again from thread and record number. Mirrors payload.h.
 * @module
 */

const FNV1A_START = 2166136261;
const PROVEN_BYTES = 16;
/** `type` of a witness; its `remarks` hold thread and record number, its payload chain and step. */
export const WITNESS_TYPE = 0x52534357;
const WITNESS_NUMBER_BITS = 20;

const encoder = new TextEncoder();

/** FNV-1a, 32 bits, of `bytes` from `start` to `end`. */
export function fnv1a(bytes: Uint8Array, hash = FNV1A_START, start = 0, end = bytes.length): number {
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 16777619);
  return hash >>> 0;
}

/**
 * Whether a data payload is whole and of this thread and number, by what it says itself.
 * Only the first eight bytes tell when it is shorter than 16.
 */
export function provesItself(payload: Uint8Array, thread: number, number: number): boolean {
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(0, thread, true);
  new DataView(head.buffer).setUint32(4, number, true);
  if (!head.subarray(0, payload.length).every((byte, at) => byte === payload[at])) return false;
  if (payload.length < PROVEN_BYTES) return true;
  const body = payload.length - 4;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return fnv1a(payload, FNV1A_START, 0, body) === view.getUint32(body, true);
}

/** The text of rs_log, whole. */
export function textOf(thread: number, number: number, length: number): Uint8Array {
  const text = new Uint8Array(Math.max(length, 32));
  let at = encoder.encodeInto(`k${thread} n${number} `, text).written;
  let state = Math.imul(thread, 2654435761) + Math.imul(number, 40503) + 1 >>> 0;
  for (; at < length; at++) {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    text[at] = 97 + (state >>> 24) % 26;
  }
  return text.subarray(0, length);
}

/** Thread and record number that the remarks of a witness name. */
export function parseWitness(remarks: number): { thread: number; number: number } {
  return { thread: remarks >>> WITNESS_NUMBER_BITS, number: remarks & (1 << WITNESS_NUMBER_BITS) - 1 };
}

/** Thread and record number that a text of rs_log names, or null. A text that was cut inside of its numbers names none. */
export function parseText(payload: Uint8Array): { thread: number; number: number } | null {
  const match = /^k(\d+) n(\d+) /.exec(new TextDecoder().decode(payload.subarray(0, 32)));
  return match === null ? null : { thread: Number(match[1]), number: Number(match[2]) };
}
