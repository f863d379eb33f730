/**
 * Paths as C takes them.
 * @module
 */

/**
 * UTF-8 with a terminator.
 *
 * @throws {TypeError} The path holds a zero character.
 */
export function encodePath(path: string): Uint8Array<ArrayBuffer> {
  if (path.includes("\0")) {
    throw new TypeError(`a path cannot hold a zero character: ${JSON.stringify(path)}`);
  }
  return new TextEncoder().encode(`${path}\0`);
}
