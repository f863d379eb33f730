import { join } from "@std/path";

const PIECE_BYTES = 8 * 2 ** 20;

/**
 * Writes a new file as a capture does, in pieces of 8 MiB and through the system's cache, forces it to the disk, and removes it.
 *
 * @returns Bytes in a second, in MB/s.
 */
export async function measureDiskRate(folder: string, bytes: number): Promise<number> {
  const path = join(folder, "disk-rate");
  const piece = new Uint8Array(PIECE_BYTES).fill(1);
  try {
    using file = await Deno.open(path, { write: true, createNew: true });
    const started = performance.now();
    for (let written = 0; written < bytes;) {
      written += await file.write(piece.subarray(0, Math.min(PIECE_BYTES, bytes - written)));
    }
    await file.syncData();
    return bytes / (performance.now() - started) / 1e3;
  } finally {
    await Deno.remove(path).catch(() => {});
  }
}
