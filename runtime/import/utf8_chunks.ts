const UTF8_MARK = [0xef, 0xbb, 0xbf];

/** The bytes of a text file without a byte order mark; UTF-16 with one, as Windows programs save it, as UTF-8. */
export async function* utf8Chunks(
  stream: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let head = new Uint8Array(0);
  let decoder: TextDecoder | null = null;
  let isBegun = false;
  const encoder = new TextEncoder();
  const next = (bytes: Uint8Array<ArrayBuffer>) =>
    decoder === null ? bytes : encoder.encode(decoder.decode(bytes, { stream: true }));
  const begin = () => {
    isBegun = true;
    decoder = decoderOf(head);
    return next(UTF8_MARK.every((byte, at) => head[at] === byte) ? head.subarray(UTF8_MARK.length) : head);
  };
  for await (const chunk of stream) {
    if (isBegun) {
      yield next(chunk);
      continue;
    }
    const joined = new Uint8Array(head.length + chunk.length);
    joined.set(head);
    joined.set(chunk, head.length);
    head = joined;
    if (head.length >= UTF8_MARK.length) yield begin();
  }
  if (!isBegun) yield begin();
}

function decoderOf([first, second]: Uint8Array): TextDecoder | null {
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le");
  return first === 0xfe && second === 0xff ? new TextDecoder("utf-16be") : null;
}
