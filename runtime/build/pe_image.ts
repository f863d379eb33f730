/**
 * What the build looks at in a Windows image: its sections, and the checksum that drivers have to carry.
 * @module
 */

/** A section of an image, as its header tells of it. */
export interface PeSection {
  readonly name: string;
  readonly isCode: boolean;
  readonly isWritable: boolean;
  readonly isExecutable: boolean;
}

/** Of IMAGE_SECTION_HEADER.Characteristics. */
const CODE = 0x20, EXECUTABLE = 0x20000000, WRITABLE = 0x80000000;
/** Bytes of a section's header. */
const SECTION_BYTES = 40;

/**
 * The sections of an image.
 *
 * Source: "PE Format", Microsoft: the offset of the signature stands at 60, the file header behind it has 20 bytes.
 *
 * @throws {TypeError} `image` is none.
 */
export function readSections(image: Uint8Array): PeSection[] {
  const { view, header } = openImage(image);
  const count = view.getUint16(header + 6, true);
  const first = header + 24 + view.getUint16(header + 20, true);
  return Array.from({ length: count }, (_, n) => {
    const at = first + n * SECTION_BYTES;
    const flags = view.getUint32(at + 36, true);
    return {
      name: new TextDecoder().decode(image.subarray(at, at + 8)).replace(/\0+$/, ""),
      isCode: (flags & CODE) !== 0,
      isWritable: (flags & WRITABLE) !== 0,
      isExecutable: (flags & EXECUTABLE) !== 0,
    };
  });
}

/**
 * The checksum that belongs into the optional header: the 16-bit ones' complement sum of the file without that field, and the file's
 * length. The system refuses drivers whose checksum is another one.
 *
 * @throws {TypeError} `image` is none.
 */
export function computeChecksum(image: Uint8Array): number {
  const { view, header } = openImage(image);
  const field = checksumOffset(header);
  let sum = 0;
  for (let at = 0; at < image.length; at += 2) {
    if (at === field || at === field + 2) continue;
    sum += at + 1 < image.length ? view.getUint16(at, true) : view.getUint8(at);
    sum = (sum & 0xffff) + (sum >>> 16);
  }
  return sum + image.length;
}

/** The checksum that stands there; 0: none. */
export function readChecksum(image: Uint8Array): number {
  const { view, header } = openImage(image);
  return view.getUint32(checksumOffset(header), true);
}

/** Writes the checksum into the image. */
export function storeChecksum(image: Uint8Array): void {
  const { view, header } = openImage(image);
  view.setUint32(checksumOffset(header), computeChecksum(image), true);
}

/** CheckSum stands 64 bytes into the optional header. */
function checksumOffset(header: number): number {
  return header + 24 + 64;
}

function openImage(image: Uint8Array): { view: DataView; header: number } {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  const header = image.length > 64 && view.getUint16(0, true) === 0x5a4d ? view.getUint32(60, true) : 0;
  if (header === 0 || header + 24 + 68 > image.length || view.getUint32(header, true) !== 0x4550) {
    throw new TypeError(`read a Windows image: ${image.length} bytes without the header of one`);
  }
  return { view, header };
}
