/**
 * `encoding` of Deno's standard library, with types.
 * @module
 */
import { decodeBase64 as fromBase64, encodeBase64 as toBase64 } from "deno-std/encoding/base64.js";
import { decodeHex as fromHex, encodeHex as toHex } from "deno-std/encoding/hex.js";

/** Lower-case hexadecimal digits of the bytes. */
export const encodeHex: (source: string | Uint8Array | ArrayBuffer) => string = toHex;
/** The bytes of hexadecimal digits. Throws TypeError for anything else. */
export const decodeHex: (digits: string) => Uint8Array<ArrayBuffer> = fromHex;
/** Base64 of the bytes, RFC 4648 section 4. */
export const encodeBase64: (source: string | Uint8Array | ArrayBuffer) => string = toBase64;
/** The bytes of a base64 text. Throws TypeError for anything else. */
export const decodeBase64: (text: string) => Uint8Array<ArrayBuffer> = fromBase64;
