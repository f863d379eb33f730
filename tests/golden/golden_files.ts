/**
 * The committed images: packed, because a ring set is mostly zeros.
 * @module
 */

function imageUrl(name: string): URL {
  return new URL(`images/${name}.img.gz`, import.meta.url);
}

async function passThrough(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  return await new Response(new Blob([bytes]).stream().pipeThrough(stream)).bytes();
}

/** The bytes of a committed image. */
export async function loadImage(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return await passThrough(await Deno.readFile(imageUrl(name)), new DecompressionStream("gzip"));
}

/** Commits an image. */
export async function storeImage(name: string, image: Uint8Array<ArrayBuffer>): Promise<void> {
  await Deno.writeFile(imageUrl(name), await passThrough(image, new CompressionStream("gzip")));
}
